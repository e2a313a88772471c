# A program's bytes become text piece by piece: each stream keeps what it needs to go on in the middle of a
# character. A decoding has: Wanted (the step's outputEncoding), Mode (null until the first bytes are seen),
# Decoder, Pending (bytes not decoded yet), Begun (whether text came out).

function New-Decoding([string]$Wanted) {
    return @{ Wanted = $Wanted; Mode = $null; Decoder = $null; Pending = [byte[]]@(); Begun = $false }
}

# The text of the next bytes; with Flush also of what was waiting for the rest of a character.
function Read-DecodedText([hashtable]$Decoding, [byte[]]$Bytes, [bool]$Flush) {
    $all = $Bytes
    if ($Decoding.Pending.Length -gt 0) { $all = [byte[]]($Decoding.Pending + $Bytes) }
    $Decoding.Pending = [byte[]]@()
    if ($all.Length -eq 0 -and ($null -eq $Decoding.Mode -or $Decoding.Mode -eq 'strict-utf-8')) { return '' }
    if ($null -eq $Decoding.Mode) {
        if ($all.Length -lt 2 -and -not $Flush) { $Decoding.Pending = $all; return '' }
        Initialize-Decoding $Decoding $all
    }
    $text = if ($Decoding.Mode -eq 'strict-utf-8') { Read-StrictText $Decoding $all $Flush } else { Read-DecoderText $Decoding $all $Flush }
    if (-not $Decoding.Begun -and $text.Length -gt 0) {
        $Decoding.Begun = $true
        $text = $text.TrimStart([char]0xFEFF)
    }
    return $text
}

function Initialize-Decoding([hashtable]$Decoding, [byte[]]$Bytes) {
    $Decoding.Mode = $Decoding.Wanted
    if ($Decoding.Mode -eq 'auto') { $Decoding.Mode = Get-DetectedMode $Bytes }
    if ($Decoding.Mode -eq 'strict-utf-8') { return }
    $encoding = switch ($Decoding.Mode) {
        'utf-8' { New-Object Text.UTF8Encoding $false }
        'utf-16' { New-Object Text.UnicodeEncoding $false, $false }
        'utf-16-big-endian' { New-Object Text.UnicodeEncoding $true, $false }
        default { Get-OemEncoding }
    }
    $Decoding.Decoder = $encoding.GetDecoder()
}

function Get-DetectedMode([byte[]]$Bytes) {
    if ($Bytes.Length -ge 2) {
        if ($Bytes[0] -eq 0xFF -and $Bytes[1] -eq 0xFE) { return 'utf-16' }
        if ($Bytes[0] -eq 0xFE -and $Bytes[1] -eq 0xFF) { return 'utf-16-big-endian' }
        if (Test-NulPattern $Bytes) { return 'utf-16' }
    }
    return 'strict-utf-8'
}

# Latin text as UTF-16 has a NUL in nearly every second byte, and none in the others.
function Test-NulPattern([byte[]]$Bytes) {
    $pairs = [Math]::Min(256, [Math]::Floor($Bytes.Length / 2))
    $low = 0
    $high = 0
    for ($i = 0; $i -lt $pairs; $i++) {
        if ($Bytes[2 * $i] -eq 0) { $low++ }
        if ($Bytes[2 * $i + 1] -eq 0) { $high++ }
    }
    return $low -eq 0 -and $high -ge $pairs * 0.4
}

# The code page of the system's locale: what console programs write when nobody changed it.
function Get-OemEncoding {
    $key = 'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Nls\CodePage'
    return [Text.Encoding]::GetEncoding([int][Microsoft.Win32.Registry]::GetValue($key, 'OEMCP', '437'))
}

# UTF-8 as long as it is valid; from the first fault on the stream is taken for OEM text.
function Read-StrictText([hashtable]$Decoding, [byte[]]$Bytes, [bool]$Flush) {
    $tail = if ($Flush) { 0 } else { Get-IncompleteTail $Bytes }
    try {
        $text = (New-Object Text.UTF8Encoding $false, $true).GetString($Bytes, 0, $Bytes.Length - $tail)
    } catch [Text.DecoderFallbackException] {
        $Decoding.Mode = 'oem'
        $Decoding.Decoder = (Get-OemEncoding).GetDecoder()
        return Read-DecoderText $Decoding $Bytes $Flush
    }
    if ($tail -gt 0) { $Decoding.Pending = [byte[]]@($Bytes[($Bytes.Length - $tail)..($Bytes.Length - 1)]) }
    return $text
}

# How many bytes at the end are the beginning of an unfinished UTF-8 character (0 to 3).
function Get-IncompleteTail([byte[]]$Bytes) {
    for ($back = 1; $back -le [Math]::Min(3, $Bytes.Length); $back++) {
        $byte = $Bytes[$Bytes.Length - $back]
        if (($byte -band 0xC0) -eq 0x80) { continue }
        $needed = if ($byte -ge 0xF0) { 4 } elseif ($byte -ge 0xE0) { 3 } elseif ($byte -ge 0xC0) { 2 } else { 1 }
        if ($needed -gt $back) { return $back }
        return 0
    }
    return 0
}

function Read-DecoderText([hashtable]$Decoding, [byte[]]$Bytes, [bool]$Flush) {
    $characters = New-Object char[] $Decoding.Decoder.GetCharCount($Bytes, 0, $Bytes.Length, $Flush)
    $count = $Decoding.Decoder.GetChars($Bytes, 0, $Bytes.Length, $characters, 0, $Flush)
    return New-Object string $characters, 0, $count
}
