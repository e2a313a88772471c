# Following a run: docs/developing/operations.md, "follow".

function New-Follower($Data, [string]$Folder, $SecretNames) {
    return @{
        TargetRunId = $Data.targetRunId; Folder = $Folder; Epoch = [long]$Data.epoch; Offset = [long]$Data.offset
        HeartbeatMs = 1000 * [long]$Data.heartbeatSeconds; SecretNames = @($SecretNames); SecretsDone = $false
        Clock = [Diagnostics.Stopwatch]::StartNew(); PrintedAt = [long]0; LookedAt = [long]0
        Journal = $null; Buffer = New-Object byte[] 1048576; Complete = $false; BootId = Get-BootId; Overdue = $false
    }
}

function Invoke-Follow([hashtable]$Follower, [bool]$Started) {
    $isTombstone = Test-Tombstone $Follower.Folder
    if (-not $isTombstone -and -not (Set-FollowerEpoch $Follower)) {
        return Write-Ended 'stale-epoch' 'A follower with a higher epoch was here'
    }
    Write-OperationLine ([ordered]@{
            op = 'attached'; epoch = $Follower.Epoch; offset = $Follower.Offset; started = $Started
            bootId = $Follower.BootId; powershellVersion = [string]$PSVersionTable.PSVersion
        })
    if ($isTombstone) { return Write-Ended 'tombstone' 'The run was cleaned up before' }
    $Follower.Complete = Test-NothingLeft $Follower
    try {
        while (-not (Invoke-FollowTurn $Follower)) { Start-Sleep -Milliseconds 200 }
    } finally {
        if ($null -ne $Follower.Journal) { $Follower.Journal.Dispose() }
    }
}

# The journal is complete, and all of it has been read by an earlier follower.
function Test-NothingLeft([hashtable]$Follower) {
    if (-not (Test-RunFile $Follower.Folder 'journal.jsonl')) { return $false }
    $length = (New-Object IO.FileInfo (Join-RunPath $Follower.Folder 'journal.jsonl')).Length
    return $Follower.Offset -ge $length -and (Test-JournalEnd (Read-JournalTail $Follower.Folder))
}

# True when following is over; the end has been printed then.
function Invoke-FollowTurn([hashtable]$Follower) {
    Send-Secret $Follower
    Send-Journal $Follower
    if ($Follower.Complete) { Write-Ended 'journal-complete' ''; return $true }
    if (Test-Superseded $Follower) { Write-Ended 'stale-epoch' 'A follower with a higher epoch has taken over'; return $true }
    $now = $Follower.Clock.ElapsedMilliseconds
    if ($now - $Follower.LookedAt -ge 5000) {
        $Follower.LookedAt = $now
        if (Test-RunOver $Follower) { return $true }
        Stop-OverdueRun $Follower
    }
    if ($now - $Follower.PrintedAt -ge $Follower.HeartbeatMs) { Write-Heartbeat $Follower }
    return $false
}

function Write-Heartbeat([hashtable]$Follower) {
    $Follower.PrintedAt = $Follower.Clock.ElapsedMilliseconds
    Write-OperationLine ([ordered]@{
            op = 'heartbeat'; taskState = Get-TaskState (Get-RunTask $Follower.TargetRunId)
            bootId = $Follower.BootId; offset = $Follower.Offset
        })
}

# Prints the journal's complete lines from the offset on, unchanged.
function Send-Journal([hashtable]$Follower) {
    while (-not $Follower.Complete -and (Open-FollowedJournal $Follower)) {
        $Follower.Journal.Position = $Follower.Offset
        $count = $Follower.Journal.Read($Follower.Buffer, 0, $Follower.Buffer.Length)
        if ($count -le 0) { return }
        $length = [Array]::LastIndexOf($Follower.Buffer, [byte]10, $count - 1, $count) + 1
        if ($length -eq 0 -and $count -eq $Follower.Buffer.Length) { throw 'The journal has a line of more than 1 MiB' }
        if ($length -eq 0) { return }
        Write-OutputBytes $Follower.Buffer $length
        $Follower.Offset += $length
        $Follower.PrintedAt = $Follower.Clock.ElapsedMilliseconds
        $Follower.Complete = Test-JournalEnd ([Text.Encoding]::ASCII.GetString($Follower.Buffer, 0, $length))
    }
}

function Open-FollowedJournal([hashtable]$Follower) {
    if ($null -ne $Follower.Journal) { return $true }
    if (-not (Test-RunFile $Follower.Folder 'journal.jsonl')) { return $false }
    $share = [IO.FileShare]'ReadWrite, Delete'
    $path = Join-RunPath $Follower.Folder 'journal.jsonl'
    $Follower.Journal = New-Object IO.FileStream $path, ([IO.FileMode]::Open), ([IO.FileAccess]::Read), $share, 1
    return $true
}

# Whether the last of these lines ends the journal. Inside a text the quotation marks would be escaped.
function Test-JournalEnd([string]$Lines) {
    $start = $Lines.LastIndexOf("`n", [Math]::Max(0, $Lines.Length - 2)) + 1
    return $Lines.Substring($start) -cmatch '^\{"seq":\d+,"at":"[^"]*","mono":\d+,"type":"final-action\.'
}

# The journal's last complete lines. The last one is at most 2,000 characters of detail, each of which may be
# written as \uXXXX.
function Read-JournalTail([string]$Folder) {
    $share = [IO.FileShare]'ReadWrite, Delete'
    $file = New-Object IO.FileStream (Join-RunPath $Folder 'journal.jsonl'), ([IO.FileMode]::Open), ([IO.FileAccess]::Read), $share
    try {
        $file.Position = [Math]::Max(0, $file.Length - 32768)
        $reader = New-Object IO.StreamReader $file, ([Text.Encoding]::ASCII)
        $text = $reader.ReadToEnd()
        return $text.Substring(0, $text.LastIndexOf("`n") + 1)
    } finally {
        $file.Dispose()
    }
}

# The journal is not complete: says why when nobody is there to complete it.
function Test-RunOver([hashtable]$Follower) {
    $task = Get-RunTask $Follower.TargetRunId
    $claim = Read-Claim $Follower.Folder
    if ('running', 'queued' -contains (Get-TaskState $task) -or (Test-RunnerAlive $claim)) { return $false }
    Send-Journal $Follower
    if ($Follower.Complete) { return $false }
    $detail = Get-TaskDetail $task
    if ($null -ne $claim -and -not (Test-SameBoot (ConvertTo-UtcText (ConvertTo-Instant $claim.bootId)) $Follower.BootId)) {
        Write-Ended 'rebooted' "The computer was started again at $($Follower.BootId). $detail"
    } elseif ($Follower.Overdue -or (Get-TaskResult $task) -eq 0x41306) {
        Write-Ended 'task-time-limit' "The runner did not end at the maximum duration and was ended. $detail"
    } else {
        Write-Ended 'runner-gone' $detail
    }
    return $true
}
