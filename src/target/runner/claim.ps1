# The claim is the tombstone that makes a second start harmless: docs/developing/operations.md, "claimed".

# False when another runner has claimed this run, now or before.
function New-Claim {
    $path = [IO.Path]::Combine($script:Run.Folder, 'claimed')
    try {
        $file = New-Object IO.FileStream $path, ([IO.FileMode]::CreateNew), ([IO.FileAccess]::Write), ([IO.FileShare]::Read)
    } catch {
        if ([IO.File]::Exists($path)) { return $false }
        throw
    }
    try {
        $bytes = [Text.Encoding]::ASCII.GetBytes((Get-ClaimLine) + "`n")
        $file.Write($bytes, 0, $bytes.Length)
        $file.Flush($true)
    } finally {
        $file.Dispose()
    }
    return $true
}

function Get-ClaimLine {
    $self = [Diagnostics.Process]::GetCurrentProcess()
    $script:Run.BootId = Get-BootId
    return ConvertTo-JsonLine ([ordered]@{
            pid = $PID; startedAt = ConvertTo-UtcText $self.StartTime; bootId = $script:Run.BootId
        })
}
