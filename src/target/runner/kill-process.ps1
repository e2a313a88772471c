# kill-process: ends programs by image name or pid, in every session. Succeeds when nothing that matches is running any
# more. Windows' own processes are refused here again: a pid says nothing about who has it.
# Keep in step with src/packages/domain/system-processes.ts.

function Test-SystemProcess([string]$Name) {
    $names = 'System Idle Process', 'System', 'Secure System', 'Registry', 'Memory Compression', 'smss.exe', 'csrss.exe',
        'wininit.exe', 'winlogon.exe', 'services.exe', 'lsass.exe', 'lsaiso.exe', 'svchost.exe'
    return $names -contains $Name
}

function Invoke-KillProcess($Launch, [hashtable]$Context) {
    $targets = Find-KillTarget $Launch $Context
    if ($targets.Count -eq 0) { return Get-NotRunningResult $Launch $Context }
    # Another round for what somebody starts again at once; without force there is nothing more to try.
    for ($round = 1; $round -le 3 -and $targets.Count -gt 0; $round++) {
        $stop = Stop-KillTarget $Launch $targets $Context
        if ($null -ne $stop) { return New-StoppedResult $stop }
        $targets = Find-KillTarget $Launch $Context
        if (-not $Launch.force) { break }
    }
    if ($targets.Count -eq 0) { return New-CodeResult 0 '' }
    $left = ($targets | ForEach-Object { Get-ProcessText $_ }) -join ', '
    Write-StepOutput $Context.Output 'stderr' "Still running: $left`r`n"
    return New-CodeResult 1 "Still running: $left"
}

function Get-NotRunningResult($Launch, [hashtable]$Context) {
    $wanted = @($Launch.images) + @($Launch.pids | ForEach-Object { "pid $_" })
    Write-StepOutput $Context.Output 'stdout' "Not running: $($wanted -join ', ')`r`n"
    if ($Launch.notRunning -eq 'failure') { return New-CodeResult 1 'Nothing that matches was running' }
    return New-CodeResult 0 ''
}

# What may be ended of what matches. Who is left alone is said once, at the first look.
function Find-KillTarget($Launch, [hashtable]$Context) {
    $table = Get-ProcessTable
    $own = Get-OwnProcessId $table
    $found = @($table.Values | Where-Object { Test-KillMatch $Launch $_ })
    $refused = @($found | Where-Object { $own.Contains($_.Id) -or (Test-SystemProcess $_.Name) })
    if ($refused.Count -gt 0 -and -not $Context.ContainsKey('Spared')) {
        $Context.Spared = $true
        $names = ($refused | ForEach-Object { Get-ProcessText $_ }) -join ', '
        Write-StepOutput $Context.Output 'stdout' "Left alone, Winch or Windows itself needs it: $names`r`n"
    }
    return , @($found | Where-Object { $refused -notcontains $_ } | Sort-Object { $_.Id })
}

function Test-KillMatch($Launch, [hashtable]$Process) {
    if (@($Launch.pids) -contains $Process.Id) { return $true }
    foreach ($image in $Launch.images) {
        if (Test-NamePattern $Process.Name $image) { return $true }
    }
    return $false
}

# Only * has a meaning in a name that an author writes; -like knows more.
function Test-NamePattern([string]$Text, [string]$Pattern) {
    return $Text -like [regex]::Replace($Pattern, '[\[\]?`]', '`$0')
}

# The runner, whoever carries out this step, what started them, and the remote shells, one of which follows this run.
function Get-OwnProcessId([hashtable]$Table) {
    $own = New-Object 'Collections.Generic.HashSet[long]'
    foreach ($start in [long]$PID, $script:Run.RunnerId) {
        $id = $start
        while ($Table.ContainsKey($id) -and $own.Add($id)) { $id = $Table[$id].ParentId }
        [void]$own.Add($start)
    }
    $shells = @($Table.Values | Where-Object { $_.Name -eq 'winrshost.exe' })
    if ($shells.Count -eq 0) { return , $own }
    $tree = New-ProcessList $shells $true
    Add-NewChild $tree $Table
    foreach ($id in $tree.Known.Keys) { [void]$own.Add($id) }
    return , $own
}

function Get-ProcessText([hashtable]$Process) {
    return "$($Process.Name) (pid $($Process.Id), session $($Process.SessionId))"
}

# Asks, waits, and ends by force what may be. Gives the reason to stop the step, or null.
function Stop-KillTarget($Launch, [hashtable[]]$Targets, [hashtable]$Context) {
    $tree = New-ProcessList $Targets $Launch.children
    Update-ProcessTree $tree
    if ($Launch.graceSeconds -gt 0 -and (Send-CloseRequest $tree) -gt 0) {
        $stop = Wait-ProcessTree $tree $Launch.graceSeconds $Context.DeadlineMs
        Write-Ended $tree 'Closed when asked' $Context
        if ($null -ne $stop) { return $stop }
    }
    if (-not $Launch.force) { return $null }
    Stop-ProcessTree $tree
    Write-Ended $tree 'Ended by force' $Context
    return $null
}

# How many windows took the wish. A process reaches only the windows of its own session.
function Send-CloseRequest([hashtable]$Tree) {
    $asked = 0
    foreach ($entry in $Tree.Alive) {
        try {
            $process = [Diagnostics.Process]::GetProcessById([int]$entry.Id)
            if ($process.CloseMainWindow()) { $asked++ }
        } catch {
            continue # it has ended, or belongs to somebody whom this account may not ask
        }
    }
    return $asked
}

function Wait-ProcessTree([hashtable]$Tree, [long]$Seconds, $DeadlineMs) {
    $until = $script:Run.Clock.ElapsedMilliseconds + 1000 * $Seconds
    while ($Tree.Alive.Count -gt 0 -and $script:Run.Clock.ElapsedMilliseconds -lt $until) {
        $stop = Get-StopReason $DeadlineMs
        if ($null -ne $stop) { return $stop }
        Start-Sleep -Milliseconds 200
        Update-ProcessTree $Tree
    }
    return $null
}

# Says which processes have gone since the last call.
function Write-Ended([hashtable]$Tree, [string]$How, [hashtable]$Context) {
    $gone = @($Tree.Known.Values | Where-Object { $null -ne $_.GoneAt -and -not $_.ContainsKey('Told') } | Sort-Object { $_.Id })
    foreach ($process in $gone) {
        $process.Told = $true
        Write-StepOutput $Context.Output 'stdout' "${How}: $(Get-ProcessText $process)`r`n"
    }
}
