# JSON writing for the journal and the operations' lines. ConvertTo-Json is not used: that of 5.1 cuts at a
# depth without a word, writes instants as /Date(...)/ and leaves non-ASCII characters as they are.

function ConvertTo-JsonText([string]$Text) {
    $escaped = $Text.Replace('\', '\\').Replace('"', '\"')
    $characters = New-Object 'System.Collections.Generic.HashSet[char]'
    $characters.UnionWith($escaped.ToCharArray())
    # One Replace per distinct character: a loop over the characters takes seconds for a megabyte.
    foreach ($character in $characters) {
        $code = [int]$character
        if ($code -lt 32 -or $code -gt 126) {
            $escaped = $escaped.Replace([string]$character, ('\u{0:x4}' -f $code))
        }
    }
    return '"' + $escaped + '"'
}

function ConvertTo-JsonScalar($Value) {
    if ($null -eq $Value) { return 'null' }
    if ($Value -is [bool]) { return ([string]$Value).ToLowerInvariant() }
    if ($Value -is [datetime]) { return ConvertTo-JsonText (ConvertTo-UtcText $Value) }
    if ($Value -is [ValueType]) { return [Convert]::ToString($Value, [Globalization.CultureInfo]::InvariantCulture) }
    return ConvertTo-JsonText ([string]$Value)
}

# The value as one line of ASCII JSON: dictionaries and custom objects, lists, and scalars.
function ConvertTo-JsonLine($Value) {
    if ($Value -is [Collections.IDictionary]) {
        $members = foreach ($key in $Value.Keys) { (ConvertTo-JsonText $key) + ':' + (ConvertTo-JsonLine $Value[$key]) }
        return '{' + ($members -join ',') + '}'
    }
    if ($Value -is [Collections.IList]) {
        $items = foreach ($item in $Value) { ConvertTo-JsonLine $item }
        return '[' + ($items -join ',') + ']'
    }
    if ($Value -is [Management.Automation.PSCustomObject]) {
        $members = foreach ($property in $Value.PSObject.Properties) {
            (ConvertTo-JsonText $property.Name) + ':' + (ConvertTo-JsonLine $property.Value)
        }
        return '{' + ($members -join ',') + '}'
    }
    return ConvertTo-JsonScalar $Value
}

function ConvertTo-UtcText([datetime]$Instant) {
    return $Instant.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ss.fffZ', [Globalization.CultureInfo]::InvariantCulture)
}

function Limit-Text([string]$Text, [int]$MaxLength) {
    if ($Text.Length -le $MaxLength) { return $Text }
    return $Text.Substring(0, $MaxLength - 3) + '...'
}
