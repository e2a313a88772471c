# Walks the plan and says how the run ended: docs/developing/journal.md, "Outcomes".

# An end is: Outcome, Reason (a failure reason or null), Detail.
function Invoke-Plan {
    $next = $script:Run.Plan.start
    $result = $null
    while ($next -isnot [string]) {
        $stop = Get-StopReason $null
        if ($null -ne $stop) { return Get-StoppedEnd $stop }
        $step = $script:Run.Plan.steps[$next]
        $result = Invoke-Step $step
        if ($null -eq $result.Next) { return Get-EarlyEnd $step $result }
        $next = $result.Next
    }
    if ($next -eq 'stop-success') { return Get-SuccessEnd }
    return Get-FailureEnd $result
}

function New-End([string]$Outcome, $Reason, [string]$Detail) {
    return @{ Outcome = $Outcome; Reason = $Reason; Detail = $Detail }
}

function Get-StoppedEnd([string]$Stop) {
    if ($Stop -eq 'cancelled') { return New-End 'cancelled' 'cancelled' 'Cancelled on request' }
    $seconds = $script:Run.Plan.maxDurationSeconds
    return New-End 'timed-out' 'maximum-duration' "The maximum duration of $seconds seconds has passed"
}

function Get-EarlyEnd($Step, [hashtable]$Result) {
    if ($null -ne $Result.Stop) { return Get-StoppedEnd $Result.Stop }
    return New-End 'interrupted' 'reboot-started-by-step' (
        "The step '$($Step.name)' ended with $($Result.Code): it has started a restart of the computer, and further steps would have followed")
}

function Get-SuccessEnd {
    if ($script:Run.RebootAsSuccess) { return New-End 'succeeded-reboot-required' $null '' }
    return New-End 'succeeded' $null ''
}

function Get-FailureEnd($Result) {
    if ($null -eq $Result) { return New-End 'failed' 'step-failed' 'The plan begins with stop-failure' }
    $name = $script:Run.Plan.steps[$script:Run.LastStep].name
    if ($Result.Verdict -eq 'timed-out') { return New-End 'failed' 'step-timed-out' "The step '$name' did not end in its time and was ended" }
    if ($null -ne $Result.Problem) { return New-End 'failed' ('program-' + $Result.Problem) "The step '$name' could not run: $($Result.Detail)" }
    if ($null -eq $Result.Code) { return New-End 'failed' 'step-failed' "The step '$name' failed: $($Result.Detail)" }
    return New-End 'failed' 'step-failed' "The step '$name' ended with $($Result.Code) and the package stops there as failed"
}

function Write-RunCompleted([hashtable]$End) {
    Write-Event 'run.completed' ([ordered]@{
            outcome = $End.Outcome; failureReason = $End.Reason; failureDetail = Limit-Text $End.Detail 2000
            lastStep = $script:Run.LastStep; returnCode = $script:Run.LastCode; rebootRequired = $script:Run.RebootRequired
        })
    $script:Run.Completed = $true
}
