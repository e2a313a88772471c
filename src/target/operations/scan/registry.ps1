# Reading the registry without its provider, which is slow and blind to the other view. What cannot be read is
# taken for missing: software writes whatever it likes below its own key.

# The view Default is that of Windows itself, not that of a 32-bit process.
function Open-Hive([string]$Hive, [string]$View) {
    if ($View -eq 'Default' -and [Environment]::Is64BitOperatingSystem) { $View = 'Registry64' }
    return [Microsoft.Win32.RegistryKey]::OpenBaseKey([Microsoft.Win32.RegistryHive]$Hive, [Microsoft.Win32.RegistryView]$View)
}

# Null when it is not there or may not be read. Whoever opens a key disposes of it.
function Open-SubKey($Parent, [string]$Path) {
    try { return $Parent.OpenSubKey($Path) } catch { return $null }
}

function Test-MachineKey([string]$Path) {
    $hive = Open-Hive 'LocalMachine' 'Default'
    try {
        $key = Open-SubKey $hive $Path
        if ($null -eq $key) { return $false }
        $key.Dispose()
        return $true
    } finally {
        $hive.Dispose()
    }
}

# A value of a key of HKEY_LOCAL_MACHINE, null when either is missing.
function Get-MachineValue([string]$Path, [string]$Name) {
    $hive = Open-Hive 'LocalMachine' 'Default'
    try {
        $key = Open-SubKey $hive $Path
        if ($null -eq $key) { return $null }
        try { return $key.GetValue($Name) } catch { return $null } finally { $key.Dispose() }
    } finally {
        $hive.Dispose()
    }
}

# Text up to a first NUL, or an empty one where something else than text stands.
function Limit-Value($Value, [int]$MaxLength) {
    if ($Value -isnot [string]) { return '' }
    $parts = $Value.Split([char]0)
    return Limit-Text ($parts[0].Trim()) $MaxLength
}
