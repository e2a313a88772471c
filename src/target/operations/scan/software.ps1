# What "Apps and features" shows: the Uninstall keys of both views and of the users whose hive is loaded. Never
# Win32_Product, which checks and repairs every package of Windows Installer while it lists them.

function Get-InstalledSoftware([int]$MaxRows) {
    $rows = New-Object 'System.Collections.Generic.List[object]'
    $views = if ([Environment]::Is64BitOperatingSystem) { 'Registry64', 'Registry32' } else { , 'Registry32' }
    foreach ($view in $views) {
        $hive = Open-Hive 'LocalMachine' $view
        try { Add-Software $rows $hive '' (Get-ViewName $view) $null $MaxRows } finally { $hive.Dispose() }
    }
    $hive = Open-Hive 'Users' 'Default'
    try {
        foreach ($user in Get-LoadedUser $hive) { Add-Software $rows $hive ($user.Sid + '\') $null $user.Name $MaxRows }
    } finally {
        $hive.Dispose()
    }
    return , $rows
}

function Get-ViewName([string]$View) {
    if ($View -eq 'Registry64') { return 'x64' }
    return 'x86'
}

function Add-Software($Rows, $Hive, [string]$Prefix, $View, $User, [int]$MaxRows) {
    $parent = Open-SubKey $Hive ($Prefix + 'Software\Microsoft\Windows\CurrentVersion\Uninstall')
    if ($null -eq $parent) { return }
    try {
        foreach ($name in $parent.GetSubKeyNames()) {
            if ($Rows.Count -ge $MaxRows) { return }
            $row = Get-SoftwareRow $parent $name $View $User
            if ($null -ne $row) { $Rows.Add($row) }
        }
    } finally {
        $parent.Dispose()
    }
}

# Null for what "Apps and features" does not show either: nameless keys, system components, and updates of
# something else.
function Get-SoftwareRow($Parent, [string]$KeyName, $View, $User) {
    $key = Open-SubKey $Parent $KeyName
    if ($null -eq $key) { return $null }
    try {
        $name = Limit-Value $key.GetValue('DisplayName') 255
        if ($name -eq '' -or $key.GetValue('SystemComponent') -eq 1 -or $null -ne $key.GetValue('ParentKeyName')) { return $null }
        return [ordered]@{
            key = $KeyName; view = $View; user = $User; name = $name
            version = Limit-Value $key.GetValue('DisplayVersion') 100
            publisher = Limit-Value $key.GetValue('Publisher') 255
            productCode = Get-ProductCode $key $KeyName
            uninstallCommand = Limit-Value $key.GetValue('UninstallString') 1000
            installedOn = Get-InstallDate $key
        }
    } catch {
        return $null
    } finally {
        $key.Dispose()
    }
}

# Windows Installer names the key of a product after its code; others sometimes take a GUID too.
function Get-ProductCode($Key, [string]$KeyName) {
    if ($KeyName -match '^\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}$' -and $Key.GetValue('WindowsInstaller') -eq 1) {
        return $KeyName.ToUpperInvariant()
    }
    return $null
}

# Windows Installer writes yyyyMMdd; what others write depends on the language of the machine.
function Get-InstallDate($Key) {
    if ((Limit-Value $Key.GetValue('InstallDate') 20) -match '^(\d{4})(\d\d)(\d\d)$') {
        return '{0}-{1}-{2}' -f $Matches[1], $Matches[2], $Matches[3]
    }
    return $null
}
