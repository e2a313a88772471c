# msi-uninstaller: removes products of Windows Installer one after the other and answers with one code for all:
# the first that is no success, or a hard-reboot code, ends the list and counts; otherwise a soft-reboot code, then 0;
# 1605 (not installed) only when that is true of every product.

function Invoke-MsiUninstall($Step, [hashtable]$Context) {
    $products = Get-ProductToRemove $Step.launch
    if ($products.Count -eq 0) {
        Write-StepOutput $Context.Output 'stdout' "No installed product has a name like $($Step.launch.productName)`r`n"
    }
    foreach ($product in $products) {
        if ($Context.Removed.ContainsKey($product.Code)) { continue }
        $result = Invoke-ProductRemoval $Step $product $Context
        if ($null -eq $result.Code) { return $result }
        if (Test-Retry $Step $result) { return $result }
        $Context.Removed[$product.Code] = $result.Code
        if (Test-LastRemoval $Step $result.Code) { return $result }
    }
    return New-CodeResult (Get-CommonCode $Step @($Context.Removed.Values)) ''
}

# Nothing may be started after a failure or when the machine is going down.
function Test-LastRemoval($Step, [long]$Code) {
    return $Step.successCodes -notcontains $Code -or $Step.hardRebootCodes -contains $Code
}

function Get-CommonCode($Step, [long[]]$Codes) {
    foreach ($code in $Codes) { if ($Step.softRebootCodes -contains $code) { return $code } }
    $removed = @($Codes | Where-Object { $_ -ne 1605 } | Sort-Object)
    if ($removed.Count -eq 0) { return 1605 }
    return $removed[0]
}

# A product is: Code, Name (empty where only the code is known).
function Get-ProductToRemove($Launch) {
    if ($null -ne $Launch.productName) { return , @(Find-InstalledProduct $Launch.productName) }
    return , @($Launch.productCodes | ForEach-Object { @{ Code = $_; Name = '' } })
}

# From the lists of installed programs of both registry views and of this account, in the order of their names.
# Not from Win32_Product: to read that class repairs every product that it finds damaged.
function Find-InstalledProduct([string]$Pattern) {
    $found = @{}
    foreach ($view in 'Registry64', 'Registry32') {
        foreach ($hive in 'LocalMachine', 'CurrentUser') {
            $base = Open-Hive $hive $view
            try { Add-InstalledProduct $base $Pattern $found } finally { $base.Dispose() }
        }
    }
    return @($found.Values | Sort-Object { $_.Name }, { $_.Code })
}

function Add-InstalledProduct($Base, [string]$Pattern, [hashtable]$Found) {
    $list = $Base.OpenSubKey('SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall')
    if ($null -eq $list) { return }
    foreach ($name in $list.GetSubKeyNames()) {
        $key = Open-SubKey $list $name
        if ($null -eq $key) { continue }
        $code = Get-ProductCode $key $name
        $display = [string]$key.GetValue('DisplayName', '')
        if ($null -ne $code -and (Test-NamePattern $display $Pattern)) { $Found[$code] = @{ Code = $code; Name = $display } }
        $key.Dispose()
    }
    $list.Dispose()
}

function Invoke-ProductRemoval($Step, [hashtable]$Product, [hashtable]$Context) {
    $base = "$($Step.index)-$($Context.Attempt)-$($Product.Code.Trim([char[]]'{}'))"
    $log = [IO.Path]::Combine($script:Run.StepsFolder, "$base.log")
    $arguments = "/x $($Product.Code) $($Step.launch.options)"
    # All but verbose lines and the list of properties, which would be all that a log's end shows.
    if ($Step.launch.log) { $arguments += " /liwearucmo `"$log`"" }
    Write-StepOutput $Context.Output 'stdout' "Removing $($Product.Name) $($Product.Code)`r`n"
    $program = Get-SystemTool 'msiexec.exe'
    $result = Invoke-Program (New-Launch $program (Expand-Argument $program $arguments)) $base $Context
    Write-LogTail $log $Context
    if ($null -ne $result.Code) { Write-StepOutput $Context.Output 'stdout' "Return code $($result.Code)`r`n" }
    return $result
}

# The end of Windows Installer's log, where it says what went wrong. The whole stays in the run's folder until cleanup.
function Write-LogTail([string]$Path, [hashtable]$Context) {
    if (-not [IO.File]::Exists($Path)) { return }
    try { $text = Read-LogTail $Path } catch { $text = "$Path cannot be read: $($_.Exception.Message)" }
    Write-StepOutput $Context.Output 'stdout' ($text.Trim() + "`r`n")
}

# At most 32 KiB from the end, from the beginning of a line on. Windows Installer writes UTF-16.
function Read-LogTail([string]$Path) {
    $file = New-Object IO.FileStream $Path, ([IO.FileMode]::Open), ([IO.FileAccess]::Read), ([IO.FileShare]'ReadWrite, Delete')
    try {
        $isUnicode = $file.ReadByte() -eq 0xFF -and $file.ReadByte() -eq 0xFE
        $encoding = if ($isUnicode) { [Text.Encoding]::Unicode } else { Get-OemEncoding }
        $start = [Math]::Max(0, $file.Length - 32768)
        $file.Position = $start - $start % 2
        $reader = New-Object IO.StreamReader $file, $encoding
        $text = $reader.ReadToEnd()
        if ($start -eq 0) { return $text }
        return $text.Substring($text.IndexOf("`n") + 1)
    } finally {
        $file.Dispose()
    }
}
