# start: makes sure that the run runs, then follows it (docs/developing/operations.md). Can be repeated at any
# point of a run: whatever is there already stays as it is.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$script:Stdout = $null

# Prints a refusal and gives false, or gives true.
function Start-Run($Data, [string]$Folder) {
    if ([DateTime]::UtcNow -gt (ConvertTo-Instant $Data.startBefore)) {
        Write-Refused 'start-expired' "It is $(ConvertTo-UtcText ([DateTime]::UtcNow)) on this computer, and the run had to start before $($Data.startBefore)"
        return $false
    }
    $runner = [Text.Encoding]::ASCII.GetString([Convert]::FromBase64String($Data.runner))
    Write-WholeFile (Join-RunPath $Folder 'runner.ps1') $runner
    Write-WholeFile (Join-RunPath $Folder 'plan.json') (ConvertTo-JsonLine $Data.plan)
    $task = Start-RunTask $Data.targetRunId $Folder ([long]$Data.taskTimeLimitSeconds)
    return Wait-Claim $Folder $task
}

# Task Scheduler tells a failed start only through the task's last result.
function Wait-Claim([string]$Folder, $Task) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $idleSince = $null
    while ($clock.Elapsed.TotalSeconds -lt 60) {
        if (Test-RunFile $Folder 'claimed') { return $true }
        if ('running', 'queued' -contains (Get-TaskState $Task)) { $idleSince = $null }
        elseif ($null -eq $idleSince) { $idleSince = $clock.Elapsed.TotalSeconds }
        elseif ($clock.Elapsed.TotalSeconds - $idleSince -gt 10) { break }
        Start-Sleep -Milliseconds 100
    }
    if (Test-RunFile $Folder 'claimed') { return $true }
    Write-Refused 'task-did-not-start' "The runner did not start within $([int]$clock.Elapsed.TotalSeconds) seconds. $(Get-TaskDetail $Task)"
    return $false
}

Invoke-Operation {
    param($data)
    $folder = Get-RunFolder $data.targetRunId
    $problem = Initialize-RunFolder $folder
    if ($problem -ne '') { return Write-Refused 'run-folder-unsafe' $problem }
    $started = -not (Test-RunFile $folder 'claimed')
    if ($started -and -not (Start-Run $data $folder)) { return }
    Invoke-Follow (New-Follower $data $folder $data.plan.secretNames) $started
}
