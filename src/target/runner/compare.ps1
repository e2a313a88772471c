# Compares what was found with what a criterion expects: true, false, or null when it cannot be told.
# Keep in step with src/packages/domain/condition/comparison.ts: comparison-cases.json is executed by both.

function Compare-Found($Criterion, [string[]]$Found) {
    if ($Criterion.operator -eq 'exists') { return ($Found.Count -gt 0) -eq ($Criterion.expected -eq 'true') }
    if ($Found.Count -eq 0) { return $false }
    $truths = @(foreach ($value in $Found) { Compare-Value $Criterion $value })
    $any = Join-Any $truths
    if ($Criterion.operator -eq 'notEquals') { return Get-Opposite $any }
    return $any
}

# True when one is, null when none is but one cannot be told.
function Join-Any([object[]]$Truths) {
    if ($Truths -contains $true) { return $true }
    if ($Truths -contains $null) { return $null }
    return $false
}

function Get-Opposite($Truth) {
    if ($null -eq $Truth) { return $null }
    return -not $Truth
}

# Of notEquals this says whether the values are equal.
function Compare-Value($Criterion, [string]$Value) {
    $expected = Get-ExpectedText $Criterion.expected
    $ordinal = [StringComparison]::Ordinal
    switch ($Criterion.operator) {
        'matches' { return Test-Pattern $Value $expected }
        'contains' { return (ConvertTo-FoldedText $Value).IndexOf((ConvertTo-FoldedText $expected), $ordinal) -ge 0 }
        'startsWith' { return (ConvertTo-FoldedText $Value).StartsWith((ConvertTo-FoldedText $expected), $ordinal) }
        'endsWith' { return (ConvertTo-FoldedText $Value).EndsWith((ConvertTo-FoldedText $expected), $ordinal) }
    }
    $order = Get-Order $Criterion.valueType $Value $expected
    if ($null -eq $order) { return $null }
    return Test-Order $Criterion.operator $order
}

# PowerShell 7 reads an instant of a JSON text as a date, 5.1 leaves it alone.
function Get-ExpectedText($Expected) {
    if ($Expected -is [datetime]) { return ConvertTo-UtcText $Expected }
    return [string]$Expected
}

function Test-Order([string]$Operator, [int]$Order) {
    switch ($Operator) {
        'lessThan' { return $Order -lt 0 }
        'lessOrEqual' { return $Order -le 0 }
        'greaterThan' { return $Order -gt 0 }
        'greaterOrEqual' { return $Order -ge 0 }
    }
    return $Order -eq 0
}

# Negative, 0 or positive; null when one of the two is not of that type.
function Get-Order([string]$ValueType, [string]$One, [string]$Other) {
    switch ($ValueType) {
        'version' { return Get-VersionOrder $One $Other }
        'number' { return Get-NumberOrder $One $Other }
        'instant' { return Get-InstantOrder $One $Other }
    }
    if ([string]::Equals((ConvertTo-FoldedText $One), (ConvertTo-FoldedText $Other))) { return 0 }
    return 1
}

# Part by part, missing parts count as 0. What follows a blank or one of + _ ( - is no part of the order.
function Get-VersionOrder([string]$One, [string]$Other) {
    $pattern = '^[0-9]{1,18}(?:\.[0-9]{1,18}){0,9}(?![^ +_(-])'
    $left = [regex]::Match($One, $pattern)
    $right = [regex]::Match($Other, $pattern)
    if (-not $left.Success -or -not $right.Success) { return $null }
    $ones = @($left.Value.Split('.'))
    $others = @($right.Value.Split('.'))
    for ($i = 0; $i -lt [Math]::Max($ones.Count, $others.Count); $i++) {
        $a = if ($i -lt $ones.Count) { [long]::Parse($ones[$i]) } else { [long]0 }
        $b = if ($i -lt $others.Count) { [long]::Parse($others[$i]) } else { [long]0 }
        if ($a -ne $b) { return $a.CompareTo($b) }
    }
    return 0
}

function Get-NumberOrder([string]$One, [string]$Other) {
    $pattern = '^-?[0-9]{1,20}\z'
    if (-not [regex]::IsMatch($One, $pattern) -or -not [regex]::IsMatch($Other, $pattern)) { return $null }
    $culture = [Globalization.CultureInfo]::InvariantCulture
    return [decimal]::Parse($One, $culture).CompareTo([decimal]::Parse($Other, $culture))
}

# Of one length, so that the order of the texts is the order of the instants.
function Get-InstantOrder([string]$One, [string]$Other) {
    $pattern = '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z\z'
    if (-not [regex]::IsMatch($One, $pattern) -or -not [regex]::IsMatch($Other, $pattern)) { return $null }
    return [string]::CompareOrdinal($One, $Other)
}
