# Users whose part of the registry is loaded: of people, not of services.

# Sid and Name of each; the name is an empty text when nothing tells it. No domain controller is asked: it may be away.
function Get-LoadedUser($Hive) {
    foreach ($sid in $Hive.GetSubKeyNames()) {
        # S-1-5-21 are accounts of the machine and of domains, S-1-12-1 those of Entra ID.
        if ($sid -notmatch '^S-1-(5-21|12-1)(-\d{1,10}){1,8}$') { continue }
        @{ Sid = $sid; Name = Get-UserName $Hive $sid }
    }
}

function Get-UserName($Hive, [string]$Sid) {
    $key = Open-SubKey $Hive ($Sid + '\Volatile Environment')
    if ($null -ne $key) {
        try {
            $name = Limit-Value $key.GetValue('USERNAME') 100
            $domain = Limit-Value $key.GetValue('USERDOMAIN') 100
            if ($name -ne '' -and $domain -ne '') { return "$domain\$name" }
            if ($name -ne '') { return $name }
        } finally {
            $key.Dispose()
        }
    }
    $folder = Get-MachineValue "SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\$Sid" 'ProfileImagePath'
    if ($folder -isnot [string]) { return '' }
    return Limit-Value ([IO.Path]::GetFileName($folder)) 100
}

# Names of those who are logged on: Windows gives each of their sessions a numbered key that does not outlive it.
function Get-LoggedOnUser([int]$MaxUsers) {
    $hive = Open-Hive 'Users' 'Default'
    try {
        $found = foreach ($user in Get-LoadedUser $hive) {
            if ($user.Name -ne '' -and (Test-UserSession $hive $user.Sid)) { $user.Name }
        }
        return @($found) | Where-Object { $null -ne $_ } | Select-Object -First $MaxUsers
    } finally {
        $hive.Dispose()
    }
}

function Test-UserSession($Hive, [string]$Sid) {
    $key = Open-SubKey $Hive ($Sid + '\Volatile Environment')
    if ($null -eq $key) { return $false }
    try {
        return @($key.GetSubKeyNames() | Where-Object { $_ -match '^\d+$' }).Count -gt 0
    } finally {
        $key.Dispose()
    }
}
