# Watches one program until it ends or has to be ended.

# cancelled, maximum-duration, step-timeout, or null when the step may go on.
function Get-StopReason($StepDeadlineMs) {
    if (Test-CancelFlag) { return 'cancelled' }
    $now = $script:Run.Clock.ElapsedMilliseconds
    if ($now -ge $script:Run.DeadlineMs) { return 'maximum-duration' }
    if ($null -ne $StepDeadlineMs -and $now -ge $StepDeadlineMs) { return 'step-timeout' }
    return $null
}

function Test-CancelFlag {
    return [IO.File]::Exists([IO.Path]::Combine($script:Run.Folder, 'cancel'))
}

# Stop: why it was ended, null when it ended by itself; then Code is its exit code (null: lost).
function Wait-StepProgram([Diagnostics.Process]$Process, [string]$Program, [hashtable]$Output, $StepDeadlineMs) {
    $script:Run.Tree = New-ProcessTree $Process $Program
    $stop = $null
    $lookedAt = $readAt = [long]-1000
    while (-not $Process.WaitForExit(100)) {
        $now = $script:Run.Clock.ElapsedMilliseconds
        if ($now - $readAt -ge 250) { Read-StepOutput $Output $false; $readAt = $now }
        $stop = Get-StopReason $StepDeadlineMs
        if ($null -ne $stop) { break }
        if ($now - $lookedAt -ge 1000) { Watch-StepTree; $lookedAt = $now }
    }
    if ($null -ne $stop) { Stop-StepTree $Output.Index }
    Read-StepOutput $Output $true
    $script:Run.Tree = $null
    if ($null -ne $stop) { return @{ Stop = $stop; Code = $null } }
    return @{ Stop = $null; Code = Get-ProgramExitCode $Process }
}

function Watch-StepTree {
    Update-ProcessTree $script:Run.Tree
    Write-Watch $script:Run.Tree
}

# Unsigned, as Windows writes it down: .NET gives the same 32 bits signed.
function Get-ProgramExitCode([Diagnostics.Process]$Process) {
    try {
        return [long][BitConverter]::ToUInt32([BitConverter]::GetBytes([int]$Process.ExitCode), 0)
    } catch [InvalidOperationException] {
        return $null
    }
}

function Stop-StepTree([int]$Index) {
    $tree = $script:Run.Tree
    Stop-ProcessTree $tree
    $busy = $false
    if (Test-InstallerUsed $tree) { $busy = -not (Wait-Installer) }
    if ($busy) { $script:Run.InstallerBusy = $true }
    if ($tree.Alive.Count -eq 0 -and -not $busy) { return }
    $survivors = @($tree.Alive | Select-Object -First 200 | ForEach-Object {
            [ordered]@{ pid = $_.Id; name = Limit-Text $_.Name 260 }
        })
    Write-Event 'kill.incomplete' ([ordered]@{ index = $Index; survivors = $survivors; installerBusy = $busy })
}
