# scan: tells what the machine is and what is installed on it (docs/developing/operations.md). Changes nothing.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$script:Stdout = $null

# Lines of 50 rows stay far below the 1 MiB that a line may have, whatever the rows hold.
function Get-SoftwareLine($Rows) {
    for ($first = 0; $first -lt $Rows.Count; $first += 50) {
        $part = $Rows.GetRange($first, [Math]::Min(50, $Rows.Count - $first)).ToArray()
        [ordered]@{ op = 'scan-software'; rows = $part }
    }
}

Invoke-Operation {
    param($data)
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $rows = Get-InstalledSoftware 5000
    $lines = @(Get-SystemLine) + @(Get-SoftwareLine $rows)
    $lines += [ordered]@{ op = 'scan-ended'; rows = $rows.Count; isTruncated = $rows.Count -ge 5000; durationMs = $clock.ElapsedMilliseconds }
    $texts = foreach ($line in $lines) { (ConvertTo-JsonLine $line) + "`n" }
    # All at once: each flush may cost a round trip.
    $bytes = [Text.Encoding]::ASCII.GetBytes($texts -join '')
    Write-OutputBytes $bytes $bytes.Length
}
