# A step may print its secrets; the journal never holds them. What may be the beginning of one is held back in
# the stream's tail until the rest has come. Values of fewer than four characters are left alone: to replace
# them would garble ordinary text.

# The longest first: one secret may be part of another. By .NET methods only, see secrets.ps1.
function Initialize-Redaction {
    $values = [string[]]@($script:Run.Secrets.Values)
    $lengths = [int[]]@(foreach ($value in $values) { - $value.Length })
    [Array]::Sort($lengths, $values)
    $script:Run.Hidden = [string[]]@(foreach ($value in $values) { if ($value.Length -ge 4) { $value } })
}

# The text without secrets; with Flush also what was held back.
function Hide-Secret([hashtable]$Tail, [string]$Text, [bool]$Flush) {
    if ($script:Run.Hidden.Length -eq 0) { return $Text }
    $all = $Tail.Held + $Text
    $keep = 0
    foreach ($value in $script:Run.Hidden) { $all = $all.Replace($value, '[redacted]') }
    foreach ($value in $script:Run.Hidden) {
        for ($length = [Math]::Min($value.Length - 1, $all.Length); $length -gt $keep; $length--) {
            if ($all.EndsWith($value.Substring(0, $length), [StringComparison]::Ordinal)) { $keep = $length }
        }
    }
    if ($Flush) { $keep = 0 }
    $Tail.Held = $all.Substring($all.Length - $keep)
    return $all.Substring(0, $all.Length - $keep)
}
