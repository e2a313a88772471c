# What is there, for each kind of subject that a criterion can have: texts, none when nothing is there. What cannot be
# looked at throws. Without WMI where registry or .NET tell the same; with the 64-bit view also from a 32-bit process.

# Facts keeps what is expensive to find for the other criteria of the same condition.
function Get-Found($Subject, [string]$Property, [hashtable]$Facts) {
    switch ($Subject.kind) {
        'file' { return Get-FileFound (Expand-MachinePath $Subject.path) $Property }
        'registry' { return Get-RegistryFound $Subject $Property }
        'os' { return Get-SystemFound $Property }
        'architecture' { return Get-Architecture }
        'product' { return Get-ProductFound $Subject $Property $Facts }
        'process' { return Get-ProcessFound $Subject.name }
        'service' { return Get-ServiceFound $Subject.name $Property }
        'reboot-pending' { return @(Get-PendingReboot) }
        'disk' { return Get-DiskFound ([Environment]::ExpandEnvironmentVariables($Subject.drive)) $Property }
        'memory' { return Get-MemoryFound $Property }
        'logged-on-user' { return @(Get-LoggedOnUser 100) }
        'powershell' { return [string]$PSVersionTable.PSVersion }
    }
    throw "This runner does not know the subject '$($Subject.kind)'"
}

# A 32-bit process sees other folders under these names.
function Expand-MachinePath([string]$Path) {
    if (-not [Environment]::Is64BitOperatingSystem -or [Environment]::Is64BitProcess) {
        return [Environment]::ExpandEnvironmentVariables($Path)
    }
    $native = [regex]::Replace($Path, '%(ProgramFiles|CommonProgramFiles)%', {
            param($name)
            if ($name.Groups[1].Value -eq 'ProgramFiles') { '%ProgramW6432%' } else { '%CommonProgramW6432%' }
        }, 'IgnoreCase')
    $full = [Environment]::ExpandEnvironmentVariables($native)
    $system = [IO.Path]::Combine($env:SystemRoot, 'System32') + '\'
    if (-not $full.StartsWith($system, [StringComparison]::OrdinalIgnoreCase)) { return $full }
    return [IO.Path]::Combine($env:SystemRoot, 'Sysnative', $full.Substring($system.Length))
}

# A folder is there too, but has no version and no size. Exists() would say no where access is denied.
function Get-FileFound([string]$Path, [string]$Property) {
    try {
        $isFolder = ([IO.File]::GetAttributes($Path) -band [IO.FileAttributes]::Directory) -ne 0
    } catch [IO.FileNotFoundException], [IO.DirectoryNotFoundException] {
        return
    }
    switch ($Property) {
        'exists' { return $Path }
        'modifiedAt' { return ConvertTo-UtcText ([IO.File]::GetLastWriteTimeUtc($Path)) }
    }
    if ($isFolder) { return }
    if ($Property -eq 'sizeBytes') { return [string](New-Object IO.FileInfo $Path).Length }
    $info = [Diagnostics.FileVersionInfo]::GetVersionInfo($Path)
    $version = '{0}.{1}.{2}.{3}' -f $info.FileMajorPart, $info.FileMinorPart, $info.FileBuildPart, $info.FilePrivatePart
    if ($version -eq '0.0.0.0' -and [string]::IsNullOrEmpty($info.FileVersion)) { return }
    return $version
}

function Get-RegistryFound($Subject, [string]$Property) {
    $root, $path = $Subject.key.Split([char[]]'\', 2)
    $hive = Open-Hive (Get-HiveName $root) "Registry$($Subject.view)"
    try {
        $key = $hive.OpenSubKey($path.Trim('\'))
        if ($null -eq $key) { return }
        try {
            if ($null -ne $Subject.value) { return Get-ValueFound $key $Subject.value $Property }
            if ($Property -eq 'exists') { return $Subject.key }
        } finally {
            $key.Dispose()
        }
    } finally {
        $hive.Dispose()
    }
}

function Get-HiveName([string]$Root) {
    $names = @{
        HKLM = 'LocalMachine'; HKEY_LOCAL_MACHINE = 'LocalMachine'; HKCU = 'CurrentUser'; HKEY_CURRENT_USER = 'CurrentUser'
        HKCR = 'ClassesRoot'; HKEY_CLASSES_ROOT = 'ClassesRoot'; HKU = 'Users'; HKEY_USERS = 'Users'
        HKCC = 'CurrentConfig'; HKEY_CURRENT_CONFIG = 'CurrentConfig'
    }
    return $names[$Root]
}

function Get-ValueFound($Key, [string]$Name, [string]$Property) {
    $data = $Key.GetValue($Name, $null, [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
    if ($null -eq $data) { return }
    $type = [string]$Key.GetValueKind($Name)
    if ($Property -eq 'type') { return Get-ValueTypeName $type }
    switch ($type) {
        'DWord' { return [string][BitConverter]::ToUInt32([BitConverter]::GetBytes([int]$data), 0) }
        'QWord' { return [string][BitConverter]::ToUInt64([BitConverter]::GetBytes([long]$data), 0) }
        'MultiString' { return [string[]]$data }
    }
    if ($data -is [byte[]]) { return [BitConverter]::ToString($data).Replace('-', '') }
    return [string]$data
}

function Get-ValueTypeName([string]$Kind) {
    $names = @{
        String = 'string'; ExpandString = 'expand-string'; MultiString = 'multi-string'; DWord = 'dword'; QWord = 'qword'
        Binary = 'binary'; None = 'none'
    }
    return $names[$Kind]
}

# WMI is asked for the name only: the registry calls Windows 11 "Windows 10".
function Get-SystemFound([string]$Property) {
    $path = 'SOFTWARE\Microsoft\Windows NT\CurrentVersion'
    if ($Property -eq 'name') { return Get-OperatingSystemName (Get-OptionalInstance 'Win32_OperatingSystem' 'Caption') $path }
    if ($Property -eq 'edition') { return Get-TextFound (Get-MachineValue $path 'EditionID') }
    if ($Property -eq 'release') { return Get-TextFound (Get-MachineValue $path 'DisplayVersion') }
    if ($Property -eq 'kind') { return Get-SystemKindFound }
    $version = [Environment]::OSVersion.Version
    if ($Property -eq 'build') { return [string]$version.Build }
    $revision = Get-MachineValue $path 'UBR'
    $known = '{0}.{1}.{2}' -f $version.Major, $version.Minor, $version.Build
    if ($revision -is [int]) { return "$known.$revision" }
    return $known
}

function Get-TextFound($Value) {
    $text = Limit-Value $Value 1000
    if ($text -ne '') { return $text }
}

function Get-SystemKindFound {
    if ((Get-OperatingSystemKind $null) -eq 'client') { return 'client' }
    return 'server'
}

function Get-ProductFound($Subject, [string]$Property, [hashtable]$Facts) {
    $rows = if ($Subject.by -eq 'code') { Get-ProductByCode $Subject.text } else { Get-ProductByName $Subject.text $Facts }
    foreach ($row in $rows) {
        $text = switch ($Property) {
            'version' { $row.version }
            'publisher' { $row.publisher }
            default { "$($row.name) $($row.version)".Trim() }
        }
        if ($text -ne '') { $text }
    }
}

function Get-ProductByName([string]$Pattern, [hashtable]$Facts) {
    if (-not $Facts.ContainsKey('Software')) { $Facts.Software = Get-InstalledSoftware 5000 }
    return @($Facts.Software | Where-Object { Test-NamePattern $_.name $Pattern })
}

# By its key, so that a product is found that the list of programs does not show.
function Get-ProductByCode([string]$Code) {
    $path = "SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\$Code"
    foreach ($view in 'Registry64', 'Registry32') {
        foreach ($name in 'LocalMachine', 'CurrentUser') {
            $hive = Open-Hive $name $view
            try {
                $key = $hive.OpenSubKey($path)
                if ($null -eq $key) { continue }
                @{
                    name = Limit-Value $key.GetValue('DisplayName', $Code) 255
                    version = Limit-Value $key.GetValue('DisplayVersion') 100
                    publisher = Limit-Value $key.GetValue('Publisher') 255
                }
                $key.Dispose()
                return
            } finally {
                $hive.Dispose()
            }
        }
    }
}

function Get-ProcessFound([string]$Pattern) {
    foreach ($process in [Diagnostics.Process]::GetProcesses()) {
        $name = $process.ProcessName + '.exe'
        if (Test-NamePattern $name $Pattern) { "$name ($($process.Id))" }
        $process.Dispose()
    }
}

function Get-ServiceFound([string]$Name, [string]$Property) {
    $start = Get-MachineValue "SYSTEM\CurrentControlSet\Services\$Name" 'Start'
    if ($null -eq $start) { return }
    switch ($Property) {
        'exists' { return $Name }
        'startType' { return @('boot', 'system', 'automatic', 'manual', 'disabled')[[int]$start] }
    }
    $service = Get-Service -Name ([Management.Automation.WildcardPattern]::Escape($Name))
    return [regex]::Replace([string]$service.Status, '(?<=[a-z])(?=[A-Z])', '-').ToLowerInvariant()
}

function Get-DiskFound([string]$Drive, [string]$Property) {
    $disk = New-Object IO.DriveInfo $Drive
    if (-not $disk.IsReady) { return }
    switch ($Property) {
        'freeBytes' { return [string]$disk.TotalFreeSpace }
        'totalBytes' { return [string]$disk.TotalSize }
    }
    return $disk.Name
}

# .NET has no figure of the whole machine's memory.
function Get-MemoryFound([string]$Property) {
    $memory = Get-Memory (Get-CimInstance -ClassName 'Win32_OperatingSystem' -Property 'TotalVisibleMemorySize', 'FreePhysicalMemory' -OperationTimeoutSec 20)
    return [string]$memory[$Property]
}
