# How every operation begins and ends.

# Runs the operation with its input. An exception is our fault and is told as such.
function Invoke-Operation([scriptblock]$Body) {
    if ([string]$ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') {
        # In this mode no .NET method may be called, but a constant can be printed.
        Write-Output '{"op":"refused","reason":"script-blocked","detail":"PowerShell is in constrained language mode for this account: AppLocker or Windows Defender Application Control does this; exempt the account, or allow Winch there"}'
        return
    }
    try {
        $data = ConvertFrom-Json -InputObject $winch
        if (Test-Target) { & $Body $data }
    } catch {
        Write-Refused 'operation-failed' "$($_.Exception.Message) (line $($_.InvocationInfo.ScriptLineNumber) of the operation)"
    }
}

# Prints why this machine or account cannot run operations.
function Test-Target {
    if ($PSVersionTable.PSVersion -lt [version]'5.1') {
        Write-Refused 'powershell-too-old' "Windows PowerShell is $($PSVersionTable.PSVersion); install Windows Management Framework 5.1"
        return $false
    }
    $principal = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())
    if (-not $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
        Write-Refused 'access-denied' (
            "$([Security.Principal.WindowsIdentity]::GetCurrent().Name) has no administrator's token here. A local account other than " +
            'the built-in Administrator needs LocalAccountTokenFilterPolicy = 1, or use a domain account')
        return $false
    }
    return $true
}
