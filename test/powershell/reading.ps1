# Follows the operation script's functions (reading.spec.ts puts them before this): what a follower prints of a journal
# from each byte on, and of one that is torn at each byte. A line with # ends each answer.
$data = ConvertFrom-Json -InputObject $winch
$follower = New-Follower $data (Get-RunFolder $data.targetRunId) @()
$end = [Text.Encoding]::ASCII.GetBytes("#`n")

function Send-From([long]$Offset) {
    $follower.Offset = $Offset
    $follower.Complete = $false
    Send-Journal $follower
    Write-OutputBytes $end $end.Length
}

$path = Join-RunPath $follower.Folder 'journal.jsonl'
$journal = New-Object IO.FileStream $path, ([IO.FileMode]::Open), ([IO.FileAccess]::ReadWrite), ([IO.FileShare]'ReadWrite, Delete')
$length = $journal.Length
for ($offset = 0; $offset -le $length; $offset++) { Send-From $offset }
for ($kept = $length; $kept -ge 0; $kept--) {
    $journal.SetLength($kept)
    Send-From 0
}
