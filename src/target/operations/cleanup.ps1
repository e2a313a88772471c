# cleanup: removes what a finished run left, all but its tombstone (docs/developing/operations.md).
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$script:Stdout = $null

# What could not be removed, as text; empty when only the tombstone is left.
function Remove-RunTrace([string]$TargetRunId, [string]$Folder) {
    if (-not (Wait-RunnerEnd $Folder)) { return 'The runner still runs' }
    $problems = @(
        Remove-RunTask $TargetRunId
        Remove-RunTask ($TargetRunId + '-step')
        Remove-ShareConnection $TargetRunId $Folder
        Remove-Tree ([IO.Path]::Combine($env:ProgramData, 'Winch\spool', $TargetRunId))
        Remove-FolderContent $Folder
    )
    return $problems -join '; '
}

# The runner ends right after the journal's last line.
function Wait-RunnerEnd([string]$Folder) {
    $claim = Read-Claim $Folder
    for ($attempt = 1; $attempt -le 50; $attempt++) {
        if (-not (Test-RunnerAlive $claim)) { return $true }
        Start-Sleep -Milliseconds 100
    }
    return $false
}

function Remove-RunTask([string]$Name) {
    if ($null -eq (Get-RunTask $Name)) { return }
    try { (Get-TaskService).GetFolder('\Winch').DeleteTask($Name, 0) } catch { "Task ${Name}: $($_.Exception.Message)" }
}

# Left by a runner that was ended from outside. A connection belongs to the logon session that made it, so only a
# task of SYSTEM's reaches SYSTEM's; what net.exe answers does not matter, the connection may be gone already.
function Remove-ShareConnection([string]$TargetRunId, [string]$Folder) {
    if (-not (Test-RunFile $Folder 'share')) { return }
    $name = $TargetRunId + '-share'
    $root = Read-SharedText (Join-RunPath $Folder 'share')
    try {
        $xml = Get-TaskXmlFor (Get-SystemTool 'net.exe') "use `"$root`" /delete /y" $Folder 60
        $task = Register-RunTask $name $xml
        [void]$task.Run($null)
        Wait-TaskEnd $task
    } catch {
        "The connection to ${root}: $($_.Exception.Message)"
    }
    Remove-RunTask $name
}

function Wait-TaskEnd($Task) {
    for ($attempt = 1; $attempt -le 200; $attempt++) {
        if ('running', 'queued' -notcontains (Get-TaskState $Task)) { return }
        Start-Sleep -Milliseconds 100
    }
}

function Remove-FolderContent([string]$Folder) {
    if (-not [IO.Directory]::Exists($Folder)) { return }
    foreach ($path in [IO.Directory]::GetFileSystemEntries($Folder)) {
        if ([IO.Path]::GetFileName($path) -ne 'claimed') { Remove-Tree $path }
    }
    # Without a claim the run never started: there is nothing that a tombstone must keep from starting again.
    if (@([IO.Directory]::GetFileSystemEntries($Folder)).Count -eq 0) { Remove-Tree $Folder }
}

# Never through a link: a step may have made one that leads to somebody's files.
function Remove-Tree([string]$Path) {
    try {
        if (-not [IO.Directory]::Exists($Path)) {
            if ([IO.File]::Exists($Path)) { Remove-OneFile $Path }
            return
        }
        $isLink = ([IO.File]::GetAttributes($Path) -band [IO.FileAttributes]::ReparsePoint) -ne 0
        if (-not $isLink) {
            foreach ($entry in [IO.Directory]::GetFileSystemEntries($Path)) { Remove-Tree $entry }
        }
        [IO.Directory]::Delete($Path)
    } catch {
        "${Path}: $($_.Exception.Message)"
    }
}

function Remove-OneFile([string]$Path) {
    [IO.File]::SetAttributes($Path, [IO.FileAttributes]::Normal)
    [IO.File]::Delete($Path)
}

Invoke-Operation {
    param($data)
    $folder = Get-RunFolder $data.targetRunId
    $problem = Get-RunFolderProblem $folder
    if ($problem -ne '') { return Write-Refused 'run-folder-unsafe' $problem }
    $left = Remove-RunTrace $data.targetRunId $folder
    $result = if ($left -eq '') { 'clean' } else { 'pending' }
    Write-OperationLine ([ordered]@{ op = 'cleanup'; result = $result; detail = Limit-Text $left 4000 })
}
