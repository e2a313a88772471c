# follow: prints a run's journal from an offset on and starts nothing (docs/developing/operations.md).
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$script:Stdout = $null

# A folder without a claim is left by a start that did not come to its task.
function Test-NothingThere($Data, [string]$Folder) {
    if (Test-RunFile $Folder 'claimed') { return $false }
    return 'running', 'queued' -notcontains (Get-TaskState (Get-RunTask $Data.targetRunId))
}

Invoke-Operation {
    param($data)
    $folder = Get-RunFolder $data.targetRunId
    $problem = Get-RunFolderProblem $folder
    if ($problem -ne '') { return Write-Refused 'run-folder-unsafe' $problem }
    if (Test-NothingThere $data $folder) { return Write-Ended 'nothing-there' "$folder holds no claim of a runner" }
    Invoke-Follow (New-Follower $data $folder $data.secretNames) $false
}
