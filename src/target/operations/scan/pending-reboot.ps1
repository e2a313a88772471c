# Why Windows waits for a restart: one word per sign that is there.

function Get-PendingReboot {
    $current = 'SOFTWARE\Microsoft\Windows\CurrentVersion'
    if (Test-MachineKey "$current\Component Based Servicing\RebootPending") { 'component-servicing' }
    if (Test-MachineKey "$current\WindowsUpdate\Auto Update\RebootRequired") { 'windows-update' }
    if (Test-PendingRename) { 'file-rename' }
    if (Test-ComputerRename) { 'computer-rename' }
}

function Test-PendingRename {
    $names = Get-MachineValue 'SYSTEM\CurrentControlSet\Control\Session Manager' 'PendingFileRenameOperations'
    return @($names | Where-Object { $null -ne $_ -and [string]$_ -ne '' }).Count -gt 0
}

function Test-ComputerRename {
    $path = 'SYSTEM\CurrentControlSet\Control\ComputerName'
    $active = Get-MachineValue "$path\ActiveComputerName" 'ComputerName'
    $next = Get-MachineValue "$path\ComputerName" 'ComputerName'
    return $null -ne $active -and $null -ne $next -and $active -ne $next
}
