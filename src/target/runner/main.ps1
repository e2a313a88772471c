# Winch's runner: walks the plan in its run folder and leaves the journal (docs/developing/journal.md).
# Started by the task as SYSTEM with the run folder as its only argument. It trusts plan.json and nothing else.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

# Keep in step with src/target/runner-version.ts.
function Get-RunnerVersion { return '1.0.0' }

# Everything that the runner remembers. Times in ms are those of Clock, which starts with the runner.
function New-RunState([string]$Folder) {
    return @{
        Folder = $Folder; WorkFolder = [IO.Path]::Combine($Folder, 'work'); StepsFolder = [IO.Path]::Combine($Folder, 'steps')
        Clock = [Diagnostics.Stopwatch]::StartNew(); DeadlineMs = [long]::MaxValue; DeadlineTimestamp = [long]0
        Journal = $null; JournalLost = $false; Sequence = 0; BootId = ''
        Plan = $null; Secrets = @{}; Hidden = [string[]]@(); Tree = $null; RunnerId = [long]$PID
        LastStep = $null; LastCode = $null; RebootRequired = $false; RebootAsSuccess = $false; InstallerBusy = $false
        Completed = $false; Ended = $false; ExitCode = 0
    }
}

function Invoke-Runner {
    if (-not (New-Claim)) { return }
    try {
        Open-Journal
        Invoke-Run
    } catch {
        Complete-Broken $_
    } finally {
        if ($null -ne $script:Run.Journal) { $script:Run.Journal.Dispose() }
    }
}

function Invoke-Run {
    $text = [IO.File]::ReadAllText([IO.Path]::Combine($script:Run.Folder, 'plan.json'))
    $script:Run.Plan = ConvertFrom-Json -InputObject $text
    foreach ($folder in $script:Run.WorkFolder, $script:Run.StepsFolder) { [void][IO.Directory]::CreateDirectory($folder) }
    $undelivered = Receive-Secret
    Write-RunStarted
    if ($undelivered -ne '' -and -not (Test-CancelFlag)) { return Stop-BeforeFirstStep 'secrets-not-delivered' $undelivered }
    try {
        $problem = Connect-PackageShare
        if ($null -ne $problem -and -not (Test-CancelFlag)) { return Stop-BeforeFirstStep $problem.Reason $problem.Detail }
        $end = Invoke-Plan
    } finally {
        Disconnect-PackageShare
    }
    Write-RunCompleted $end
    Invoke-FinalAction $end
}

function Stop-BeforeFirstStep([string]$Reason, [string]$Detail) {
    $end = New-End 'failed' $Reason $Detail
    Write-RunCompleted $end
    Skip-FinalAction $end 'No step was started'
}

function Write-RunStarted {
    Write-Event 'run.started' ([ordered]@{
            runnerVersion = Get-RunnerVersion; powershellVersion = [string]$PSVersionTable.PSVersion; bootId = $script:Run.BootId
            account = Get-AccountName; computerName = [Environment]::MachineName; pid = $PID
        })
    $milliseconds = 1000 * [long]$script:Run.Plan.maxDurationSeconds
    $script:Run.DeadlineMs = $script:Run.Clock.ElapsedMilliseconds + $milliseconds
    $script:Run.DeadlineTimestamp = [long]([Diagnostics.Stopwatch]::GetTimestamp() + $milliseconds * ([Diagnostics.Stopwatch]::Frequency / 1000))
}

# An exception is our fault; the run still gets its end, and nothing that it started goes on unwatched.
function Complete-Broken([Management.Automation.ErrorRecord]$Problem) {
    $script:Run.ExitCode = 1
    if ($null -ne $script:Run.Tree) { Stop-ProcessTree $script:Run.Tree }
    if ($script:Run.JournalLost -or $null -eq $script:Run.Journal) {
        $script:Run.ExitCode = 112 # ERROR_DISK_FULL, which the follower passes on as the task's last result
        return
    }
    $detail = "$($Problem.Exception.Message) ($($Problem.InvocationInfo.ScriptLineNumber))"
    $end = New-End 'failed' 'runner-error' $detail
    if (-not $script:Run.Completed) { Write-RunCompleted $end }
    if (-not $script:Run.Ended) { Skip-FinalAction $end $detail }
}

$script:Run = New-RunState ([string]$args[0])
try { Invoke-Runner | Out-Null } catch { $script:Run.ExitCode = 1 }
exit $script:Run.ExitCode
