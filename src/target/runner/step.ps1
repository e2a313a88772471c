# One step: its attempts, its verdict and the jump that follows. Keep in step with
# src/packages/domain/verdict.ts, which computes verdict and jump again from the journal.

# A result is: Stop, Code, Problem, Detail, and Skipped when the step did not have to run.
function Invoke-Step($Step) {
    $started = $script:Run.Clock.ElapsedMilliseconds
    $script:Run.LastStep = $Step.index
    Write-Event 'step.started' ([ordered]@{ index = $Step.index })
    $output = New-StepOutput $Step
    $deadline = if ($null -ne $Step.timeoutSeconds) { $started + 1000 * $Step.timeoutSeconds } else { $null }
    $context = New-StepContext $output $deadline
    $result = Test-Detected $Step $context
    if ($null -eq $result) { $result = Invoke-StepUntilDone $Step $context }
    $script:Run.LastCode = $result.Code
    return Complete-Step $Step $result $output ($script:Run.Clock.ElapsedMilliseconds - $started)
}

# What one step's attempts share. Removed: the return codes of the products that msi-uninstall.ps1 has dealt with.
function New-StepContext([hashtable]$Output, $DeadlineMs) {
    return @{ Attempt = 1; Output = $Output; DeadlineMs = $DeadlineMs; Removed = @{} }
}

# Repeats the step as long as it ends with a retry code and there is time for another attempt.
function Invoke-StepUntilDone($Step, [hashtable]$Context) {
    $delay = [long]$script:Run.Plan.retryBackoff.initialSeconds
    for (; ; $Context.Attempt++) {
        $result = Invoke-StepOnce $Step $Context
        if (-not (Test-Retry $Step $result) -or -not (Test-TimeFor $delay $Context.DeadlineMs)) { return $result }
        Write-Event 'step.retrying' ([ordered]@{
                index = $Step.index; returnCode = $result.Code; attempt = $Context.Attempt; delaySeconds = $delay
            })
        $stop = Wait-Retry $delay $Context.DeadlineMs
        if ($null -ne $stop) { return New-StoppedResult $stop }
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

function Invoke-StepOnce($Step, [hashtable]$Context) {
    switch ($Step.launch.form) {
        'condition' { return Invoke-ConditionStep $Step $Context }
        'kill-process' { return Invoke-KillProcess $Step.launch $Context }
        'msi-uninstall' { return Invoke-MsiUninstall $Step $Context }
    }
    $launch = Get-Launch $Step
    if ($null -ne $launch.Problem) { return New-Problem $launch.Problem $launch.Detail }
    return Invoke-Program $launch "$($Step.index)-$($Context.Attempt)" $Context
}

# Starts a program, passes its output on and waits for its end. FileBase names the files for its output.
function Invoke-Program([hashtable]$Launch, [string]$FileBase, [hashtable]$Context) {
    $files = New-StepFile $FileBase
    try {
        try {
            $process = Start-StepProgram $Launch $files
        } catch {
            return New-Problem 'not-startable' "$($Launch.Program) could not be started: $($_.Exception.Message)"
        }
        Open-OutputTail $Context.Output $files
        $end = Wait-StepProgram $process $Launch $Context
        return @{ Stop = $end.Stop; Code = $end.Code; Problem = $null; Detail = Get-EndDetail $end }
    } finally {
        Close-OutputTail $Context.Output
        Remove-StepFile $files
    }
}

# Of a step that no program's exit code speaks for.
function New-CodeResult([long]$Code, [string]$Detail) {
    return @{ Stop = $null; Code = $Code; Problem = $null; Detail = $Detail }
}

function New-StoppedResult([string]$Stop) {
    return @{ Stop = $Stop; Code = $null; Problem = $null; Detail = '' }
}

function New-Problem([string]$Problem, [string]$Detail) {
    return @{ Stop = $null; Code = $null; Problem = $Problem; Detail = $Detail }
}

function Get-EndDetail([hashtable]$End) {
    if ($null -eq $End.Stop -and $null -eq $End.Code) { return 'The program ended before its exit code could be read' }
    return ''
}

function Get-Verdict($Step, [hashtable]$Result) {
    if ($Result.ContainsKey('Skipped')) { return 'skipped' }
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
    $next = if ('success', 'skipped' -contains $Verdict) { $Step.onSuccess } else { $Step.onFailure }
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
