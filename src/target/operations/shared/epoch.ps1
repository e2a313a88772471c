# The file 'follower' holds the epoch of the follower that is valid.

# False when a higher epoch stands there. Nobody else can write in between: the file is held alone.
function Set-FollowerEpoch([hashtable]$Follower) {
    $path = Join-RunPath $Follower.Folder 'follower'
    for ($attempt = 1; ; $attempt++) {
        try {
            $file = New-Object IO.FileStream $path, ([IO.FileMode]::OpenOrCreate), ([IO.FileAccess]::ReadWrite), ([IO.FileShare]::None)
            break
        } catch [IO.IOException] {
            if ($attempt -ge 50) { throw }
            Start-Sleep -Milliseconds 100
        }
    }
    try {
        $reader = New-Object IO.StreamReader $file
        if ((ConvertTo-Epoch $reader.ReadToEnd()) -gt $Follower.Epoch) { return $false }
        $bytes = [Text.Encoding]::ASCII.GetBytes([string]$Follower.Epoch)
        $file.SetLength(0)
        $file.Write($bytes, 0, $bytes.Length)
        return $true
    } finally {
        $file.Dispose()
    }
}

function Test-Superseded([hashtable]$Follower) {
    try {
        return (ConvertTo-Epoch (Read-SharedText (Join-RunPath $Follower.Folder 'follower'))) -gt $Follower.Epoch
    } catch [IO.IOException] {
        return $false # being written, or cleaned up; the next turn looks again
    }
}

function ConvertTo-Epoch([string]$Text) {
    if ($Text -match '^\d{1,18}$') { return [long]$Text }
    return [long]0
}
