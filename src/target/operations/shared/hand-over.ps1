# The follower's half of the secrets' way to the runner: docs/developing/operations.md, "Secrets". Taken apart
# by .NET methods only and never passed as a parameter: module logging records parameters.

# The runner asks in its first line. Answered only while nothing follows that line, so by whoever follows.
function Send-Secret([hashtable]$Follower) {
    if ($Follower.SecretsDone -or $Follower.SecretNames.Count -eq 0) { return }
    # Given another number of values, it has nothing to hand over: a later follower may.
    if ($secret.Split(',').Count -ne $Follower.SecretNames.Count) { return }
    if (-not (Test-RunFile $Follower.Folder 'journal.jsonl')) { return }
    $lines = (Read-SharedText (Join-RunPath $Follower.Folder 'journal.jsonl')).Split("`n")
    if ($lines.Count -lt 2) { return }
    if ($lines.Count -gt 2 -or $lines[0] -notmatch '"type":"secrets.requested"') {
        $Follower.SecretsDone = $true
        return
    }
    $path = Join-RunPath $Follower.Folder 'secrets.bin'
    $Follower.SecretsDone = Write-SecretFile $path (Protect-Secret (ConvertFrom-Json -InputObject $lines[0]))
}

# False when the next turn has to try again. Another follower may be handing over at this moment: its file is as
# good as ours. And the runner reads and deletes the file as soon as it is there, which may be before the rename
# has been reported (measured on the engine: it then fails although it was done).
function Write-SecretFile([string]$Path, [string]$Text) {
    $temporary = $Path + '.' + $PID + '.tmp'
    try {
        [IO.File]::WriteAllText($temporary, $Text, [Text.Encoding]::ASCII)
        [IO.File]::Move($temporary, $Path)
        return $true
    } catch [IO.IOException] {
        if (-not [IO.File]::Exists($temporary)) { return $true }
        try { [IO.File]::Delete($temporary) } catch { return $false }
        return [IO.File]::Exists($Path)
    }
}

# One line per secret: OAEP takes 190 bytes at a time with a key of 2048 bits.
function Protect-Secret($Request) {
    $key = New-Object Security.Cryptography.RSACryptoServiceProvider
    try {
        $public = New-Object Security.Cryptography.RSAParameters
        $public.Modulus = [Convert]::FromBase64String($Request.modulus)
        $public.Exponent = [Convert]::FromBase64String($Request.exponent)
        $key.ImportParameters($public)
        $text = New-Object Text.StringBuilder
        foreach ($encoded in $secret.Split(',')) {
            $plain = [Convert]::FromBase64String($encoded)
            $chunks = for ($start = 0; $start -lt $plain.Length; $start += 190) {
                $chunk = New-Object byte[] ([Math]::Min(190, $plain.Length - $start))
                [Array]::Copy($plain, $start, $chunk, 0, $chunk.Length)
                [Convert]::ToBase64String($key.Encrypt($chunk, $true))
            }
            [void]$text.Append($chunks -join ',').Append("`n")
        }
        return $text.ToString()
    } finally {
        $key.Dispose()
    }
}
