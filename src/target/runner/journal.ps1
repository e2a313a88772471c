# The journal: docs/developing/journal.md. Keep in step with src/target/journal.ts.

function Open-Journal {
    $path = [IO.Path]::Combine($script:Run.Folder, 'journal.jsonl')
    $share = [IO.FileShare]'ReadWrite, Delete'
    $script:Run.Journal = New-Object IO.FileStream $path, ([IO.FileMode]::CreateNew), ([IO.FileAccess]::Write), $share, 1
}

# The only writer of the journal. Fields is an ordered dictionary of what the type adds to every event.
function Write-Event([string]$Type, [Collections.IDictionary]$Fields) {
    $line = [ordered]@{
        seq = $script:Run.Sequence + 1
        at = ConvertTo-UtcText ([DateTime]::UtcNow)
        mono = $script:Run.Clock.ElapsedMilliseconds
        type = $Type
    }
    foreach ($name in $Fields.Keys) { $line[$name] = $Fields[$name] }
    $bytes = [Text.Encoding]::ASCII.GetBytes((ConvertTo-JsonLine $line) + "`n")
    Write-JournalLine $bytes ($Type -ne 'step.output')
    $script:Run.Sequence++
}

# A full disk often has room again soon: a minute of attempts, then the run cannot be recorded and must end.
function Write-JournalLine([byte[]]$Bytes, [bool]$ToDisk) {
    $start = $script:Run.Journal.Length
    for ($attempt = 1; $attempt -le 60; $attempt++) {
        try {
            $script:Run.Journal.Position = $start
            $script:Run.Journal.Write($Bytes, 0, $Bytes.Length)
            $script:Run.Journal.Flush($ToDisk)
            return
        } catch {
            Undo-JournalLine $start
            Start-Sleep -Seconds 1
        }
    }
    $script:Run.JournalLost = $true
    throw 'The journal could not be written for a minute; is the disk full?'
}

# A torn line would swallow the next one. Where even this fails, the next attempt writes over it.
function Undo-JournalLine([long]$Length) {
    try { $script:Run.Journal.SetLength($Length) } catch { return }
}
