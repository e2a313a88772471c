# A step's program writes into files, which are tailed: a pipe would have to be read until its last holder
# ends, and that may be a program which the installer leaves running.

# What one step may still write, over all its attempts.
function New-StepOutput($Step) {
    return @{ Index = $Step.index; Bytes = [long]0; Truncated = $false; Encoding = $Step.outputEncoding; Tails = @() }
}

function Open-OutputTail([hashtable]$Output, [hashtable]$Files) {
    $share = [IO.FileShare]'ReadWrite, Delete'
    $Output.Tails = @(foreach ($stream in 'stdout', 'stderr') {
            @{
                Stream = $stream; Decoding = New-Decoding $Output.Encoding; Held = ''
                File = New-Object IO.FileStream $Files[$stream], ([IO.FileMode]::Open), ([IO.FileAccess]::Read), $share, 1
            }
        })
}

function Close-OutputTail([hashtable]$Output) {
    foreach ($tail in $Output.Tails) { $tail.File.Dispose() }
    $Output.Tails = @()
}

# Journals what the program has written since the last call. Final: the program has ended; take all of it.
# Bounded by the length at the call, so that an orphan that goes on writing cannot hold the run.
function Read-StepOutput([hashtable]$Output, [bool]$Final) {
    foreach ($tail in $Output.Tails) {
        $end = $tail.File.Length
        $chunks = 0
        while (-not $Output.Truncated -and $tail.File.Position -lt $end -and ($Final -or $chunks -lt 32)) {
            $chunks++
            $text = Read-DecodedText $tail.Decoding (Read-OutputChunk $tail.File) $false
            Write-StepOutput $Output $tail.Stream (Hide-Secret $tail $text $false)
        }
        if (-not $Final) { continue }
        $text = Read-DecodedText $tail.Decoding ([byte[]]@()) $true
        Write-StepOutput $Output $tail.Stream (Hide-Secret $tail $text $true)
    }
}

function Read-OutputChunk([IO.FileStream]$File) {
    $buffer = New-Object byte[] 16384
    $count = $File.Read($buffer, 0, $buffer.Length)
    if ($count -lt $buffer.Length) { [Array]::Resize([ref]$buffer, $count) }
    return , $buffer
}

function Write-StepOutput([hashtable]$Output, [string]$Stream, [string]$Text) {
    if ($Text.Length -eq 0 -or $Output.Truncated) { return }
    $limit = [long]$script:Run.Plan.outputLimitBytes
    $bytes = [Text.Encoding]::UTF8.GetByteCount($Text)
    if ($Output.Bytes + $bytes -gt $limit) {
        $kept = Get-TextStart $Text ($limit - $Output.Bytes)
        $bytes = [Text.Encoding]::UTF8.GetByteCount($kept)
        $Text = $kept + "`n[output truncated by Winch after $limit bytes]`n"
        $Output.Truncated = $true
    }
    $Output.Bytes += $bytes
    Write-Event 'step.output' ([ordered]@{ index = $Output.Index; stream = $Stream; text = $Text })
}

# The beginning of the text that fits into so many bytes of UTF-8, without half a character.
function Get-TextStart([string]$Text, [long]$MaxBytes) {
    $bytes = [Text.Encoding]::UTF8.GetBytes($Text)
    $length = [int]$MaxBytes
    while ($length -gt 0 -and ($bytes[$length] -band 0xC0) -eq 0x80) { $length-- }
    return [Text.Encoding]::UTF8.GetString($bytes, 0, $length)
}
