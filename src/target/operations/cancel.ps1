# cancel: asks the runner to stop (docs/developing/operations.md).
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$script:Stdout = $null

function Get-CancelResult([string]$Folder) {
    if (-not [IO.Directory]::Exists($Folder)) { return 'nothing-there' }
    if (Test-Tombstone $Folder) { return 'not-running' }
    if ((Test-RunFile $Folder 'journal.jsonl') -and (Test-JournalEnd (Read-JournalTail $Folder))) { return 'not-running' }
    [IO.File]::WriteAllBytes((Join-RunPath $Folder 'cancel'), [byte[]]@())
    return 'flagged'
}

Invoke-Operation {
    param($data)
    $folder = Get-RunFolder $data.targetRunId
    $problem = Get-RunFolderProblem $folder
    if ($problem -ne '') { return Write-Refused 'run-folder-unsafe' $problem }
    Write-OperationLine ([ordered]@{ op = 'cancel'; result = Get-CancelResult $folder })
}
