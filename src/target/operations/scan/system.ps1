# The machine itself. WMI is asked for what only it knows; where it is broken the scan goes on without.

function Get-SystemLine {
    $system = Get-OptionalInstance 'Win32_OperatingSystem' 'Caption', 'ProductType', 'TotalVisibleMemorySize', 'FreePhysicalMemory'
    $computer = Get-OptionalInstance 'Win32_ComputerSystem' 'Domain', 'PartOfDomain', 'Manufacturer', 'Model'
    return [ordered]@{
        op = 'scan-system'; computerName = [Environment]::MachineName; os = Get-OperatingSystem $system
        domain = Get-InstanceText $computer 'Domain'; isDomainMember = ($null -ne $computer -and $computer.PartOfDomain -eq $true)
        manufacturer = Get-InstanceText $computer 'Manufacturer'; model = Get-InstanceText $computer 'Model'
        memory = Get-Memory $system; disks = @(Get-Disk 64)
        bootId = Get-BootId; clock = ConvertTo-UtcText ([DateTime]::UtcNow)
        powershellVersion = [string]$PSVersionTable.PSVersion
        pendingReboot = @(Get-PendingReboot); users = @(Get-LoggedOnUser 100)
    }
}

function Get-OptionalInstance([string]$ClassName, [string[]]$Property) {
    try { return Get-CimInstance -ClassName $ClassName -Property $Property -OperationTimeoutSec 20 } catch { return $null }
}

# Null when WMI does not answer.
function Get-InstanceText($Instance, [string]$Name) {
    if ($null -eq $Instance) { return $null }
    return Limit-Value $Instance.$Name 255
}

function Get-OperatingSystem($System) {
    $path = 'SOFTWARE\Microsoft\Windows NT\CurrentVersion'
    $version = [Environment]::OSVersion.Version
    $revision = Get-MachineValue $path 'UBR'
    return [ordered]@{
        name = Get-OperatingSystemName $System $path
        version = '{0}.{1}.{2}' -f $version.Major, $version.Minor, $version.Build
        build = [long]$version.Build; revision = if ($revision -is [int]) { [long]$revision } else { $null }
        displayVersion = Limit-Value (Get-MachineValue $path 'DisplayVersion') 50
        kind = Get-OperatingSystemKind $System; architecture = Get-Architecture
    }
}

# The registry calls Windows 11 "Windows 10", so WMI goes first.
function Get-OperatingSystemName($System, [string]$Path) {
    $caption = Get-InstanceText $System 'Caption'
    if ($null -ne $caption -and $caption -ne '') { return $caption }
    return Limit-Value (Get-MachineValue $Path 'ProductName') 255
}

# ProductType: 1 workstation, 2 domain controller, 3 server; in the registry WinNT, LanmanNT, ServerNT.
function Get-OperatingSystemKind($System) {
    $type = Limit-Value (Get-MachineValue 'SYSTEM\CurrentControlSet\Control\ProductOptions' 'ProductType') 20
    if ($null -ne $System) { $type = [string]$System.ProductType }
    switch ($type) {
        { '2', 'LanmanNT' -contains $_ } { return 'domain-controller' }
        { '3', 'ServerNT' -contains $_ } { return 'server' }
    }
    return 'client'
}

# Of the machine, whatever this process is; WMI's OSArchitecture speaks the language of the machine.
function Get-Architecture {
    $name = Limit-Value (Get-MachineValue 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment' 'PROCESSOR_ARCHITECTURE') 20
    switch ($name) {
        'ARM64' { return 'arm64' }
        'x86' { return 'x86' }
    }
    return 'x64'
}

# WMI counts in KiB.
function Get-Memory($System) {
    if ($null -eq $System) { return $null }
    return [ordered]@{
        totalBytes = 1024 * [long]$System.TotalVisibleMemorySize; freeBytes = 1024 * [long]$System.FreePhysicalMemory
    }
}

function Get-Disk([int]$MaxDisks) {
    foreach ($drive in @([IO.DriveInfo]::GetDrives() | Select-Object -First $MaxDisks)) {
        try {
            if ($drive.DriveType -ne [IO.DriveType]::Fixed -or -not $drive.IsReady) { continue }
            [ordered]@{
                name = Limit-Value $drive.Name 20; fileSystem = Limit-Value $drive.DriveFormat 20
                sizeBytes = [long]$drive.TotalSize; freeBytes = [long]$drive.TotalFreeSpace
            }
        } catch {
            continue # a locked (BitLocker) or failing volume tells nothing
        }
    }
}
