# What an operation prints: bytes, not objects. PowerShell's own output would be wrapped and end in CR LF.

function Write-OutputBytes([byte[]]$Bytes, [int]$Count) {
    if ($null -eq $script:Stdout) { $script:Stdout = [Console]::OpenStandardOutput() }
    $script:Stdout.Write($Bytes, 0, $Count)
    $script:Stdout.Flush()
}

function Write-OperationLine([Collections.IDictionary]$Line) {
    $bytes = [Text.Encoding]::ASCII.GetBytes((ConvertTo-JsonLine $Line) + "`n")
    Write-OutputBytes $bytes $bytes.Length
}

function Write-Refused([string]$Reason, [string]$Detail) {
    Write-OperationLine ([ordered]@{ op = 'refused'; reason = $Reason; detail = Limit-Text $Detail 4000 })
}

function Write-Ended([string]$Reason, [string]$Detail) {
    Write-OperationLine ([ordered]@{ op = 'ended'; reason = $Reason; detail = Limit-Text $Detail 4000 })
}
