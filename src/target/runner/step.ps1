# One step: its attempts, its verdict and the jump that follows. Keep in step with
# src/packages/domain/verdict.ts, which computes verdict and jump again from the journal.

# A result is: Stop, Code, Problem, Detail.
function Invoke-Step($Step) {
    $started = $script:Run.Clock.ElapsedMilliseconds
    $script:Run.LastStep = $Step.index
    Write-Event 'step.started' ([ordered]@{ index = $Step.index })
    $output = New-StepOutput $Step
    $deadline = if ($null -ne $Step.timeoutSeconds) { $started + 1000 * $Step.timeoutSeconds } else { $null }
    $result = Invoke-StepUntilDone $Step $output $deadline
    $script:Run.LastCode = $result.Code
    return Complete-Step $Step $result $output ($script:Run.Clock.ElapsedMilliseconds - $started)
}

# Repeats the step as long as it ends with a retry code and there is time for another attempt.
function Invoke-StepUntilDone($Step, [hashtable]$Output, $DeadlineMs) {
    $delay = [long]$script:Run.Plan.retryBackoff.initialSeconds
    for ($attempt = 1; ; $attempt++) {
        $result = Invoke-StepOnce $Step $attempt $Output $DeadlineMs
        if (-not (Test-Retry $Step $result) -or -not (Test-TimeFor $delay $DeadlineMs)) { return $result }
        Write-Event 'step.retrying' ([ordered]@{
                index = $Step.index; returnCode = $result.Code; attempt = $attempt; delaySeconds = $delay
            })
        $stop = Wait-Retry $delay $DeadlineMs
        if ($null -ne $stop) { return @{ Stop = $stop; Code = $null; Problem = $null; Detail = '' } }
        $delay = [Math]::Min(2 * $delay, [long]$script:Run.Plan.retryBackoff.maxSeconds)
    }
}

function Test-Retry($Step, [hashtable]$Result) {
    if ($null -eq $Result.Code) { return $false }
    return ($Step.retryCodes -contains $Result.Code) -and ($Step.successCodes -notcontains $Result.Code)
}

function Test-TimeFor([long]$DelaySeconds, $DeadlineMs) {
    $limit = $script:Run.DeadlineMs
    if ($null -ne $DeadlineMs) { $limit = [Math]::Min([long]$limit, [long]$DeadlineMs) }
    return $script:Run.Clock.ElapsedMilliseconds + 1000 * $DelaySeconds -lt $limit
}

function Wait-Retry([long]$DelaySeconds, $DeadlineMs) {
    $until = $script:Run.Clock.ElapsedMilliseconds + 1000 * $DelaySeconds
    while ($script:Run.Clock.ElapsedMilliseconds -lt $until) {
        $stop = Get-StopReason $DeadlineMs
        if ($null -ne $stop) { return $stop }
        Start-Sleep -Milliseconds 100
    }
    return $null
}

function Invoke-StepOnce($Step, [int]$Attempt, [hashtable]$Output, $DeadlineMs) {
    $launch = Get-Launch $Step
    if ($null -ne $launch.Problem) { return New-Problem $launch.Problem $launch.Detail }
    $files = New-StepFile $Step $Attempt
    try {
        try {
            $process = Start-StepProgram $launch $files
        } catch {
            return New-Problem 'not-startable' "$($launch.Program) could not be started: $($_.Exception.Message)"
        }
        Open-OutputTail $Output $files
        $end = Wait-StepProgram $process $launch.Program $Output $DeadlineMs
        return @{ Stop = $end.Stop; Code = $end.Code; Problem = $null; Detail = Get-EndDetail $end }
    } finally {
        Close-OutputTail $Output
        Remove-StepFile $files
    }
}

function New-Problem([string]$Problem, [string]$Detail) {
    return @{ Stop = $null; Code = $null; Problem = $Problem; Detail = $Detail }
}

function Get-EndDetail([hashtable]$End) {
    if ($null -eq $End.Stop -and $null -eq $End.Code) { return 'The program ended before its exit code could be read' }
    return ''
}

function Get-Verdict($Step, [hashtable]$Result) {
    if ($Result.Stop -eq 'cancelled') { return 'cancelled' }
    if ($null -ne $Result.Stop) { return 'timed-out' }
    if ($null -ne $Result.Code -and $Step.successCodes -contains $Result.Code) { return 'success' }
    return 'failure'
}

# Journals step.finished and gives Next (an index, an end, or null when the run ends here for another reason).
function Complete-Step($Step, [hashtable]$Result, [hashtable]$Output, [long]$DurationMs) {
    $verdict = Get-Verdict $Step $Result
    $next = Get-Jump $Step $Result $verdict
    Write-Event 'step.finished' ([ordered]@{
            index = $Step.index; returnCode = $Result.Code; verdict = $verdict; next = $next; durationMs = $DurationMs
            outputBytes = $Output.Bytes; outputTruncated = $Output.Truncated
            problem = $Result.Problem; detail = Limit-Text $Result.Detail 2000
        })
    return @{ Next = $next; Verdict = $verdict; Stop = $Result.Stop; Code = $Result.Code; Problem = $Result.Problem; Detail = $Result.Detail }
}

# After a hard-reboot code the machine is going down: no further step starts.
function Get-Jump($Step, [hashtable]$Result, [string]$Verdict) {
    if ($Result.Stop -eq 'cancelled' -or $Result.Stop -eq 'maximum-duration') { return $null }
    $next = if ($Verdict -eq 'success') { $Step.onSuccess } else { $Step.onFailure }
    Set-RebootSeen $Step $Result $Verdict
    if ($next -isnot [string] -and $null -ne $Result.Code -and $Step.hardRebootCodes -contains $Result.Code) { return $null }
    return $next
}

function Set-RebootSeen($Step, [hashtable]$Result, [string]$Verdict) {
    if ($null -eq $Result.Code) { return }
    if ($Step.softRebootCodes -notcontains $Result.Code -and $Step.hardRebootCodes -notcontains $Result.Code) { return }
    $script:Run.RebootRequired = $true
    if ($Verdict -eq 'success') { $script:Run.RebootAsSuccess = $true }
}
