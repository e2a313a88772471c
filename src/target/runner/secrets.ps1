# Secrets reach the runner encrypted to a key that exists only while it waits for them. They live in
# $script:Run.Secrets and are never passed as a parameter: module logging records parameters.

# Fills $script:Run.Secrets, or says why not (an empty text when all is well).
function Receive-Secret {
    if ($script:Run.Plan.secretNames.Count -eq 0) { return '' }
    $key = New-Object Security.Cryptography.RSACryptoServiceProvider 2048
    try {
        $key.PersistKeyInCsp = $false
        $public = $key.ExportParameters($false)
        Write-Event 'secrets.requested' ([ordered]@{
                modulus = [Convert]::ToBase64String($public.Modulus); exponent = [Convert]::ToBase64String($public.Exponent)
            })
        $path = [IO.Path]::Combine($script:Run.Folder, 'secrets.bin')
        if (-not (Wait-SecretFile $path)) { return 'Nobody delivered the secrets within 60 s; was the worker still following?' }
        return Read-SecretFile $path $key
    } finally {
        $key.Dispose()
    }
}

function Wait-SecretFile([string]$Path) {
    $limit = $script:Run.Clock.ElapsedMilliseconds + 60000
    while (-not [IO.File]::Exists($Path)) {
        if ($script:Run.Clock.ElapsedMilliseconds -gt $limit -or (Test-CancelFlag)) { return $false }
        Start-Sleep -Milliseconds 100
    }
    return $true
}

# Whoever renamed the file may still hold it, with the right to delete: not shared, reading it would fail. So may
# an antivirus program.
function Read-SecretText([string]$Path) {
    for ($attempt = 1; ; $attempt++) {
        try {
            $text = Read-SharedText $Path
            [IO.File]::Delete($Path)
            return $text
        } catch [IO.IOException] {
            if ($attempt -ge 100) { throw }
            Start-Sleep -Milliseconds 100
        }
    }
}

function Read-SecretFile([string]$Path, $Key) {
    $text = Read-SecretText $Path
    $lines = $text.Substring(0, [Math]::Max(0, $text.Length - 1)).Split("`n")
    $names = $script:Run.Plan.secretNames
    if ($lines.Count -ne $names.Count) { return "The plan names $($names.Count) secrets, $($lines.Count) were delivered" }
    for ($i = 0; $i -lt $names.Count; $i++) {
        $plain = New-Object IO.MemoryStream
        foreach ($chunk in $lines[$i].Split([char[]]',', [StringSplitOptions]::RemoveEmptyEntries)) {
            $bytes = $Key.Decrypt([Convert]::FromBase64String($chunk), $true)
            $plain.Write($bytes, 0, $bytes.Length)
        }
        $script:Run.Secrets[$names[$i]] = [Text.Encoding]::UTF8.GetString($plain.ToArray())
    }
    Initialize-Redaction
    return ''
}

# Only around the start of a step's program: nothing else that the runner starts inherits them.
function Set-SecretVariable {
    foreach ($name in Get-SecretVariableName) {
        [Environment]::SetEnvironmentVariable($name, $script:Run.Secrets[$name])
    }
}

function Clear-SecretVariable {
    foreach ($name in Get-SecretVariableName) {
        [Environment]::SetEnvironmentVariable($name, '')
    }
}

# The share's password is no step's business.
function Get-SecretVariableName {
    return @($script:Run.Secrets.Keys | Where-Object { $_ -ne 'share-password' })
}
