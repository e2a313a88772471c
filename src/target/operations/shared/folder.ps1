# The run folder %SystemRoot%\Winch\runs\<targetRunId>: only SYSTEM and administrators may touch it.

function Get-RunFolder([string]$TargetRunId) {
    if ($TargetRunId -cnotmatch '^[0-9A-Za-z-]{1,64}$') { throw "The run id '$TargetRunId' cannot be the name of a folder" }
    return [IO.Path]::Combine($env:SystemRoot, 'Winch', 'runs', $TargetRunId)
}

function Get-FolderChain([string]$Folder) {
    $runs = [IO.Path]::GetDirectoryName($Folder)
    return [IO.Path]::GetDirectoryName($runs), $runs, $Folder
}

# Creates what is missing, from the top, each with its protection before anything is put into it.
# Gives what is wrong with the folders, or an empty text.
function Initialize-RunFolder([string]$Folder) {
    foreach ($path in Get-FolderChain $Folder) {
        if (-not [IO.Directory]::Exists($path)) {
            [void][IO.Directory]::CreateDirectory($path)
            Protect-Folder $path
        }
        $problem = Get-FolderProblem $path
        if ($problem -ne '') { return $problem }
    }
    return ''
}

# The same check for folders that exist; a missing one is no problem.
function Get-RunFolderProblem([string]$Folder) {
    foreach ($path in Get-FolderChain $Folder) {
        if (-not [IO.Directory]::Exists($path)) { return '' }
        $problem = Get-FolderProblem $path
        if ($problem -ne '') { return $problem }
    }
    return ''
}

# Owner Administrators; full control for SYSTEM and Administrators; nothing inherited.
function Protect-Folder([string]$Path) {
    $security = New-Object Security.AccessControl.DirectorySecurity
    $security.SetSecurityDescriptorSddlForm('O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
    Set-Acl -LiteralPath $Path -AclObject $security
}

# A link could lead our writing anywhere; a foreign owner could let himself in again at any time.
function Get-FolderProblem([string]$Path) {
    if (([IO.File]::GetAttributes($Path) -band [IO.FileAttributes]::ReparsePoint) -ne 0) {
        return "$Path is a link (reparse point); remove it and find out who made it"
    }
    $owner = (Get-Acl -LiteralPath $Path).GetOwner([Security.Principal.SecurityIdentifier]).Value
    $own = [Security.Principal.WindowsIdentity]::GetCurrent().User.Value
    if ('S-1-5-18', 'S-1-5-32-544', $own -contains $owner) { return '' }
    return "$Path belongs to $owner, not to SYSTEM or the administrators; remove it and find out who made it"
}

function Join-RunPath([string]$Folder, [string]$Name) {
    return [IO.Path]::Combine($Folder, $Name)
}

function Test-RunFile([string]$Folder, [string]$Name) {
    return [IO.File]::Exists((Join-RunPath $Folder $Name))
}

# Only the tombstone is left: the run has been cleaned up.
function Test-Tombstone([string]$Folder) {
    return (Test-RunFile $Folder 'claimed') -and -not (Test-RunFile $Folder 'journal.jsonl') -and -not (Test-RunFile $Folder 'plan.json')
}

# The runner's claim (pid, startedAt, bootId), or null when it is not there or not yet whole.
function Read-Claim([string]$Folder) {
    if (-not (Test-RunFile $Folder 'claimed')) { return $null }
    try {
        $text = Read-SharedText (Join-RunPath $Folder 'claimed')
    } catch [IO.IOException] {
        return $null
    }
    if (-not $text.EndsWith("`n")) { return $null }
    return ConvertFrom-Json -InputObject $text
}

# Whether the process that made the claim still lives.
function Test-RunnerAlive($Claim) {
    if ($null -eq $Claim) { return $false }
    $process = Get-Process -Id $Claim.pid -ErrorAction SilentlyContinue
    if ($null -eq $process) { return $false }
    try {
        $startedAt = $process.StartTime.ToUniversalTime()
    } catch {
        return $true # it may not be asked; then its id must do
    }
    return [Math]::Abs(($startedAt - (ConvertTo-Instant $Claim.startedAt)).TotalSeconds) -lt 2
}

# ConvertFrom-Json gives an instant as text in 5.1 and as DateTime in later versions.
function ConvertTo-Instant($Value) {
    if ($Value -is [datetime]) { return $Value.ToUniversalTime() }
    return [DateTime]::Parse($Value, [Globalization.CultureInfo]::InvariantCulture).ToUniversalTime()
}
