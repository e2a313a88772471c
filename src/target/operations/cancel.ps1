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

# The last line is at most 2,000 characters of detail, each of which may be written as \uXXXX.
function Read-JournalTail([string]$Folder) {
    $share = [IO.FileShare]'ReadWrite, Delete'
    $file = New-Object IO.FileStream (Join-RunPath $Folder 'journal.jsonl'), ([IO.FileMode]::Open), ([IO.FileAccess]::Read), $share
    try {
        $file.Position = [Math]::Max(0, $file.Length - 32768)
        $reader = New-Object IO.StreamReader $file, ([Text.Encoding]::ASCII)
        $text = $reader.ReadToEnd()
        return $text.Substring(0, $text.LastIndexOf("`n") + 1)
    } finally {
        $file.Dispose()
    }
}

Invoke-Operation {
    param($data)
    $folder = Get-RunFolder $data.targetRunId
    $problem = Get-RunFolderProblem $folder
    if ($problem -ne '') { return Write-Refused 'run-folder-unsafe' $problem }
    Write-OperationLine ([ordered]@{ op = 'cancel'; result = Get-CancelResult $folder })
}
