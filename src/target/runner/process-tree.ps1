# taskkill /T finds children through living parents only. So every descendant that is seen while the step
# runs is remembered with the instant of its creation, and those are ended, one by one: /T would also end
# what has not been seen yet, and what that has just started would have no parent any more that is known.

# Known: every process ever seen in the tree, by id. Alive: those that lived at the last look. WithChildren: whether
# what they start belongs to it too.
function New-ProcessTree([Diagnostics.Process]$Root, [string]$Program) {
    $entry = @{
        Id = [long]$Root.Id; ParentId = [long]$PID; Name = [IO.Path]::GetFileName($Program)
        Created = Get-StartInstant $Root; GoneAt = $null; SessionId = [long][Diagnostics.Process]::GetCurrentProcess().SessionId
    }
    return New-ProcessList @($entry) $true
}

function New-ProcessList([hashtable[]]$Processes, [bool]$WithChildren) {
    $known = @{}
    foreach ($process in $Processes) { $known[$process.Id] = $process }
    return @{ Known = $known; Alive = $Processes; WithChildren = $WithChildren; ParentsTold = $true; WatchedIds = '' }
}

function Get-StartInstant([Diagnostics.Process]$Process) {
    try { return $Process.StartTime.ToUniversalTime() } catch { return [DateTime]::UtcNow }
}

function Update-ProcessTree([hashtable]$Tree) {
    $table = Get-ProcessTable
    $Tree.ParentsTold = $null -ne $table[[long]$PID] -and $table[[long]$PID].ParentId -ge 0
    $now = [DateTime]::UtcNow
    foreach ($known in $Tree.Known.Values) {
        if ($null -eq $known.GoneAt -and -not (Test-InTable $known $table)) { $known.GoneAt = $now }
    }
    if ($Tree.WithChildren) { Add-NewChild $Tree $table }
    $Tree.Alive = @($Tree.Known.Values | Where-Object { $null -eq $_.GoneAt })
}

function Add-NewChild([hashtable]$Tree, [hashtable]$Table) {
    do {
        $children = @($Table.Values | Where-Object { Test-NewChild $Tree $_ })
        foreach ($child in $children) { $Tree.Known[$child.Id] = $child }
    } while ($children.Count -gt 0)
}

# A parent's id may be in use again: its children are those created while it lived.
function Test-NewChild([hashtable]$Tree, [hashtable]$Process) {
    $parent = $Tree.Known[$Process.ParentId]
    if ($null -eq $parent -or $Process.Id -eq $PID) { return $false }
    $known = $Tree.Known[$Process.Id]
    if ($null -ne $known -and (Test-SameInstant $known.Created $Process.Created)) { return $false }
    if ($Process.Created -lt $parent.Created.AddMilliseconds(-10)) { return $false }
    return ($null -eq $parent.GoneAt) -or ($Process.Created -le $parent.GoneAt)
}

# Ends the tree. Alive then holds what outlived ten rounds.
function Stop-ProcessTree([hashtable]$Tree) {
    for ($round = 1; $round -le 10; $round++) {
        Update-ProcessTree $Tree
        if ($Tree.Alive.Count -eq 0) { return }
        Stop-ProcessList $Tree.Alive ($Tree.WithChildren -and -not $Tree.ParentsTold) ($round -gt 2)
        Start-Sleep -Milliseconds 200
    }
    Update-ProcessTree $Tree
}

# Windows Installer works in a service outside our tree and finishes, or rolls back, what it has begun.
function Test-InstallerUsed([hashtable]$Tree) {
    return @($Tree.Known.Values | Where-Object { $_.Name -like 'msiexec*' }).Count -gt 0
}

# False when Windows Installer is still busy after 120 s.
function Wait-Installer {
    for ($second = 0; $second -lt 120; $second++) {
        if (-not (Test-InstallerBusy)) { return $true }
        Start-Sleep -Seconds 1
    }
    return -not (Test-InstallerBusy)
}

function Test-InstallerBusy {
    try {
        $mutex = [Threading.Mutex]::OpenExisting('Global\_MSIExecute')
    } catch [Threading.WaitHandleCannotBeOpenedException] {
        return $false
    }
    try {
        if (-not $mutex.WaitOne(0)) { return $true }
        $mutex.ReleaseMutex()
        return $false
    } catch [Threading.AbandonedMutexException] {
        $mutex.ReleaseMutex()
        return $false
    } finally {
        $mutex.Dispose()
    }
}

# For the follower's net (operations/shared/overdue.ps1): the deadline and the processes to end when this
# runner should hang. The performance counter is the same for all processes of one boot and never jumps.
function Write-Watch([hashtable]$Tree) {
    $ids = ($Tree.Alive | ForEach-Object { $_.Id }) -join ','
    if ($ids -eq $Tree.WatchedIds) { return }
    $processes = @(foreach ($process in $Tree.Alive) {
            [ordered]@{ id = $process.Id; createdTicks = $process.Created.Ticks; name = $process.Name }
        })
    $line = ConvertTo-JsonLine ([ordered]@{ deadline = $script:Run.DeadlineTimestamp; processes = $processes })
    try {
        [IO.File]::WriteAllText([IO.Path]::Combine($script:Run.Folder, 'watch'), $line + "`n", [Text.Encoding]::ASCII)
        $Tree.WatchedIds = $ids
    } catch {
        return # a net under the runner's own deadline; the next look tries again
    }
}
