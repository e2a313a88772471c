# Conditions: looks at every criterion, journals what was found, and joins the answers. Nothing is left out because the
# answer is known already: whoever reads the run wants to see all of it.

# Stop: why it was given up, null when it was not. Met: what cannot be told is not met.
function Test-Condition($Condition, [int]$Index, [hashtable]$Context) {
    $facts = @{}
    $truths = New-Object 'System.Collections.Generic.List[object]'
    foreach ($criterion in $Condition.criteria) {
        $stop = Get-StopReason $Context.DeadlineMs
        if ($null -ne $stop) { return @{ Stop = $stop; Met = $false } }
        $reading = Read-Criterion $criterion $facts
        Write-Event 'step.criterion' ([ordered]@{
                index = $Index; criterion = $truths.Count; found = $reading.Found
                met = $reading.Truth -eq $true; problem = $reading.Problem
            })
        $truths.Add($reading.Truth)
    }
    return @{ Stop = $null; Met = (Join-Truth $Condition.rule $truths) -eq $true }
}

function Invoke-ConditionStep($Step, [hashtable]$Context) {
    $end = Test-Condition $Step.launch.condition $Step.index $Context
    if ($null -ne $end.Stop) { return New-StoppedResult $end.Stop }
    if ($end.Met) { return New-CodeResult 0 '' }
    return New-CodeResult 1 'The condition is not met'
}

# Null when the step is to run; otherwise its result without having run.
function Test-Detected($Step, [hashtable]$Context) {
    if ($null -eq $Step.detect) { return $null }
    $end = Test-Condition $Step.detect $Step.index $Context
    if ($null -ne $end.Stop) { return New-StoppedResult $end.Stop }
    if (-not $end.Met) { return $null }
    return @{ Stop = $null; Code = $null; Problem = $null; Skipped = $true; Detail = 'It is there already: everything that the step looks for was found' }
}

# Found, Truth, and Problem: why it cannot be told.
function Read-Criterion($Criterion, [hashtable]$Facts) {
    try {
        $found = [string[]]@(Get-Found $Criterion.subject $Criterion.property $Facts)
        Assert-Presentable $found
        $truth = Compare-Found $Criterion $found
        $problem = if ($null -eq $truth) { "What was found cannot be compared as $($Criterion.valueType)" }
        return @{ Found = $found; Truth = $truth; Problem = $problem }
    } catch {
        return @{ Found = [string[]]@(); Truth = $null; Problem = Limit-Text (Get-ProblemText $_) 1000 }
    }
}

# The innermost message: PowerShell wraps what a method throws.
function Get-ProblemText([Management.Automation.ErrorRecord]$Problem) {
    $exception = $Problem.Exception
    while ($null -ne $exception.InnerException) { $exception = $exception.InnerException }
    if ($exception -is [Text.RegularExpressions.RegexMatchTimeoutException]) { return 'The pattern took longer than half a second' }
    return [string]$exception.Message
}

# What is found is shown to people, so that it may hold no secret, and the journal's lines have an end.
function Assert-Presentable([string[]]$Found) {
    $length = 0
    foreach ($value in $Found) {
        $length += $value.Length
        foreach ($secret in $script:Run.Hidden) {
            if ($value.Contains($secret)) { throw 'What was found holds a secret of this deployment' }
        }
    }
    if ($Found.Count -gt 100 -or $length -gt 4000) { throw 'What was found is too long to be compared' }
}

# Keep in step with src/packages/domain/condition/evaluate-condition.ts (joinTruths).
function Join-Truth($Rule, $Truths) {
    if ($Rule -is [ValueType]) { return $Truths[[int]$Rule] }
    $name = @($Rule.PSObject.Properties)[0].Name
    if ($name -eq 'not') { return Get-Opposite (Join-Truth $Rule.not $Truths) }
    $parts = @(foreach ($part in $Rule.$name) { Join-Truth $part $Truths })
    if ($name -eq 'any') { return Join-Any $parts }
    $opposites = @(foreach ($part in $parts) { Get-Opposite $part })
    return Get-Opposite (Join-Any $opposites)
}
