# The second net under the maximum duration: a runner that hangs is ended from the follower's own process,
# after its processes. The runner gets 180 s, since it may be waiting for Windows Installer.

function Stop-OverdueRun([hashtable]$Follower) {
    if ($Follower.Overdue -or -not (Test-RunFile $Follower.Folder 'watch')) { return }
    $watch = Read-Watch $Follower
    if ($null -eq $watch) { return }
    $limit = $watch.deadline + 180 * [Diagnostics.Stopwatch]::Frequency
    if ([Diagnostics.Stopwatch]::GetTimestamp() -lt $limit) { return }
    $Follower.Overdue = $true
    Stop-WatchedProcess $watch
    $task = Get-RunTask $Follower.TargetRunId
    if ($null -ne $task) { $task.Stop(0) }
}

# Null while the runner is writing it.
function Read-Watch([hashtable]$Follower) {
    try {
        $text = Read-SharedText (Join-RunPath $Follower.Folder 'watch')
    } catch [IO.IOException] {
        return $null
    }
    if (-not $text.EndsWith("`n")) { return $null }
    return ConvertFrom-Json -InputObject $text
}

function Stop-WatchedProcess($Watch) {
    $table = Get-ProcessTable
    $alive = @($Watch.processes | ForEach-Object {
            @{ Id = [long]$_.id; Created = New-Object DateTime ([long]$_.createdTicks), ([DateTimeKind]::Utc) }
        } | Where-Object { Test-InTable $_ $table })
    if ($alive.Count -gt 0) { Stop-ProcessList $alive $true $true }
}
