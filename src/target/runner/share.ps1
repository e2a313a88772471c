# The package share, for the logon session in which this runs: with its own identity first, then with the share's
# credential. The password is taken apart by .NET methods only; see secrets.ps1 for the reason.

# Null when the share can be read; otherwise Reason (a failure reason) and Detail.
function Connect-PackageShare {
    $share = $script:Run.Plan.share
    if ($null -eq $share) { return $null }
    $problem = Get-ShareProblem $share.unc (Get-AccountName)
    if ($null -eq $problem -or $null -eq $share.username) { return $problem }
    try {
        Add-ShareDrive $share
    } catch {
        return New-ShareProblem $_.Exception $share.unc $share.username
    }
    return Get-ShareProblem $share.unc $share.username
}

# A connection without a drive letter, which every program of this logon session can use.
function Add-ShareDrive($Share) {
    $root = Get-ShareRoot $Share.unc
    $password = New-Object Security.SecureString
    foreach ($character in $script:Run.Secrets['share-password'].ToCharArray()) { $password.AppendChar($character) }
    $credential = New-Object Management.Automation.PSCredential $Share.username, $password
    # For the sweep: a runner that is ended from outside leaves its connection behind.
    [IO.File]::WriteAllText([IO.Path]::Combine($script:Run.Folder, 'share'), $root)
    [void](New-PSDrive -Name 'WinchShare' -PSProvider FileSystem -Root $root -Credential $credential -Scope Global)
}

function Disconnect-PackageShare {
    if ($null -eq (Get-PSDrive -Name 'WinchShare' -ErrorAction SilentlyContinue)) { return }
    Remove-PSDrive -Name 'WinchShare' -Force -Scope Global -ErrorAction SilentlyContinue
    [IO.File]::Delete([IO.Path]::Combine($script:Run.Folder, 'share'))
}

# \\server\share of \\server\share\folder: only that can be connected.
function Get-ShareRoot([string]$Unc) {
    $parts = $Unc.Split('\')
    return '\\' + $parts[2] + '\' + $parts[3]
}

# Reads one entry: a folder's attributes can be had where nothing in it may be read.
function Get-ShareProblem([string]$Unc, [string]$Account) {
    try {
        foreach ($entry in [IO.Directory]::EnumerateFileSystemEntries($Unc)) { break }
    } catch {
        return New-ShareProblem $_.Exception $Unc $Account
    }
    return $null
}

function New-ShareProblem([Exception]$Problem, [string]$Unc, [string]$Account) {
    $code = Get-Win32Code $Problem
    $said = $Problem.GetBaseException().Message
    return @{ Reason = Get-ShareReason $code; Detail = "$Account could not open ${Unc}: $said (error $code)" }
}

# Codes of winerror.h. 1219: two connections to one server may not have two accounts.
function Get-ShareReason([long]$Code) {
    if ($Code -eq 1219) { return 'share-session-conflict' }
    if ($Code -eq 5) { return 'share-access-denied' }
    if (86, 1326, 1327, 1328, 1330, 1331, 1385, 1907, 1909 -contains $Code) { return 'share-logon-refused' }
    return 'share-unreachable'
}

# The error of Windows that an exception was made of, however deep PowerShell has wrapped it; 0 when there is none.
function Get-Win32Code([Exception]$Problem) {
    for ($inner = $Problem; $null -ne $inner; $inner = $inner.InnerException) {
        if ($inner -is [ComponentModel.Win32Exception]) { return [long]$inner.NativeErrorCode }
        if ($inner -is [UnauthorizedAccessException]) { return [long]5 }
        if ($inner -is [IO.IOException]) { return [long]($inner.HResult -band 0xFFFF) }
    }
    return [long]0
}
