# Shim of the simulated Windows host. Dot-sourced into the global scope before
# the caller's command when WINCH_SIM_SHIM names this file.
#
#   1. makes PowerShell 7 look more like Windows PowerShell 5.1;
#   2. stands in for Windows services that Wine lacks: New-Object -ComObject
#      Schedule.Service and Get-CimInstance / Invoke-CimMethod.
#
# Calls to a stand-in become request files in WINCH_SIM_DIR\requests:
#   NAME.json        written here (as NAME.tmp, then renamed)
#   NAME.reply.json  written by the simulator (same way): {"ok":true,"value":..}
#                    or {"ok":false,"hresult":"0x80070002","message":".."}

# --- 1. 5.1 defaults -------------------------------------------------------
$ErrorView = 'NormalView'
$OutputEncoding = [Text.Encoding]::ASCII
$PSDefaultParameterValues['Out-File:Encoding'] = 'unicode'
$PSDefaultParameterValues['Export-Clixml:Encoding'] = 'unicode'
$PSDefaultParameterValues['Export-Csv:Encoding'] = 'ascii'
foreach ($c in 'Set-Content', 'Add-Content', 'Get-Content', 'Import-Csv', 'Select-String') {
    $PSDefaultParameterValues["${c}:Encoding"] = [Text.Encoding]::GetEncoding(1252)
}
$PSVersionTable['PSVersion'] = [version]'5.1.19041.1'
$PSVersionTable['PSEdition'] = 'Desktop'
$PSVersionTable['CLRVersion'] = [version]'4.0.30319.42000'
$PSVersionTable['BuildVersion'] = [version]'10.0.19041.1'
foreach ($c in 'GitCommitId', 'OS', 'Platform') { $PSVersionTable.Remove($c) }
Remove-Variable c

# --- 2. requests to the simulator -----------------------------------------
function global:Invoke-SimRequest {
    param([string]$Op, [Collections.IDictionary]$Data = @{}, [int]$TimeoutMs = 30000)
    $dir = [IO.Path]::Combine($env:WINCH_SIM_DIR, 'requests')
    [void][IO.Directory]::CreateDirectory($dir)
    $name = '{0:D20}-{1}-{2}' -f [DateTime]::UtcNow.Ticks, $PID, [guid]::NewGuid().ToString('N').Substring(0, 8)
    $body = [ordered]@{ op = $Op; pid = $PID; user = [Environment]::UserName }
    foreach ($k in $Data.Keys) { $body[$k] = $Data[$k] }
    $utf8 = New-Object Text.UTF8Encoding $false
    $base = [IO.Path]::Combine($dir, $name)
    [IO.File]::WriteAllText("$base.tmp", (ConvertTo-Json $body -Compress -Depth 8), $utf8)
    [IO.File]::Move("$base.tmp", "$base.json")
    $sw = [Diagnostics.Stopwatch]::StartNew()
    while (-not [IO.File]::Exists("$base.reply.json")) {
        if ($sw.ElapsedMilliseconds -gt $TimeoutMs) {
            throw (New-Object Runtime.InteropServices.COMException "the simulator did not answer '$Op'", 0x800706BA)
        }
        [Threading.Thread]::Sleep(10)
    }
    $reply = [IO.File]::ReadAllText("$base.reply.json", $utf8) | ConvertFrom-Json
    [IO.File]::Delete("$base.json")
    [IO.File]::Delete("$base.reply.json")
    if (-not $reply.ok) {
        throw (New-Object Runtime.InteropServices.COMException ([string]$reply.message), ([Convert]::ToInt32([string]$reply.hresult, 16)))
    }
    $reply.value
}

function global:New-SimObject {
    param([hashtable]$Fields, [hashtable]$Live = @{}, [hashtable]$Methods = @{})
    $o = [pscustomobject]$Fields
    foreach ($k in $Live.Keys) { Add-Member -InputObject $o -MemberType ScriptProperty -Name $k -Value $Live[$k] }
    foreach ($k in $Methods.Keys) { Add-Member -InputObject $o -MemberType ScriptMethod -Name $k -Value $Methods[$k] }
    $o
}

function global:New-SimRunningTask($Task, $Value) {
    New-SimObject @{ Path = $Task.Path; Name = $Task.Name; InstanceGuid = $Value.instance; EnginePID = $Value.pid } @{
        State = { (Invoke-SimRequest 'task.instance' @{ path = $this.Path; instance = $this.InstanceGuid }).state }
    } @{
        Stop    = { [void](Invoke-SimRequest 'task.stop' @{ path = $this.Path; instance = $this.InstanceGuid }) }
        Refresh = { }
    }
}

function global:New-SimTask([string]$Path) {
    New-SimObject @{ Path = $Path; Name = $Path.Substring($Path.LastIndexOf('\') + 1) } @{
        State          = { (Invoke-SimRequest 'task.get' @{ path = $this.Path }).state }
        Enabled        = { (Invoke-SimRequest 'task.get' @{ path = $this.Path }).enabled }
        Xml            = { (Invoke-SimRequest 'task.get' @{ path = $this.Path }).xml }
        LastTaskResult = { (Invoke-SimRequest 'task.get' @{ path = $this.Path }).lastTaskResult }
        LastRunTime    = { [datetime](Invoke-SimRequest 'task.get' @{ path = $this.Path }).lastRunTime }
    } @{
        Run          = { New-SimRunningTask $this (Invoke-SimRequest 'task.run' @{ path = $this.Path; args = @($args) }) }
        RunEx        = { New-SimRunningTask $this (Invoke-SimRequest 'task.run' @{ path = $this.Path; args = @($args) }) }
        Stop         = { [void](Invoke-SimRequest 'task.stop' @{ path = $this.Path }) }
        GetInstances = { foreach ($i in @(Invoke-SimRequest 'task.instances' @{ path = $this.Path })) { if ($i) { New-SimRunningTask $this $i } } }
    }
}

function global:New-SimTaskFolder([string]$Path) {
    New-SimObject @{ Path = $Path; Name = $Path.Substring($Path.LastIndexOf('\') + 1) } @{} @{
        Join         = { param($p) if ($p.StartsWith('\')) { $p } elseif ($this.Path -eq '\') { "\$p" } else { "$($this.Path)\$p" } }
        GetFolder    = { param($p) $f = $this.Join($p); [void](Invoke-SimRequest 'folder.get' @{ path = $f }); New-SimTaskFolder $f }
        CreateFolder = { param($p) $f = $this.Join($p); [void](Invoke-SimRequest 'folder.create' @{ path = $f }); New-SimTaskFolder $f }
        DeleteFolder = { param($p) [void](Invoke-SimRequest 'folder.delete' @{ path = $this.Join($p) }) }
        GetTask      = { param($p) $t = $this.Join($p); [void](Invoke-SimRequest 'task.get' @{ path = $t }); New-SimTask $t }
        GetTasks     = { foreach ($t in @(Invoke-SimRequest 'task.list' @{ path = $this.Path })) { if ($t) { New-SimTask $t } } }
        DeleteTask   = { param($p) [void](Invoke-SimRequest 'task.delete' @{ path = $this.Join($p) }) }
        RegisterTask = {
            param($p, $xml, $flags, $user, $password, $logonType, $sddl)
            $t = $this.Join($p)
            [void](Invoke-SimRequest 'task.register' @{ path = $t; xml = [string]$xml; flags = $flags; userId = $user
                    hasPassword = ($null -ne $password); logonType = $logonType; sddl = $sddl })
            New-SimTask $t
        }
    }
}

function global:New-SimScheduleService {
    New-SimObject @{ Connected = $false } @{} @{
        Connect   = { $this.Connected = $true }
        GetFolder = {
            param($p)
            if (-not $this.Connected) { throw (New-Object Runtime.InteropServices.COMException 'not connected', 0x800704CD) }
            if ($p -ne '\') { [void](Invoke-SimRequest 'folder.get' @{ path = $p }) }
            New-SimTaskFolder $p
        }
    }
}

$global:SimComObjects = @{ 'Schedule.Service' = { New-SimScheduleService } }

function global:New-Object {
    [CmdletBinding(DefaultParameterSetName = 'Net')]
    param(
        [Parameter(ParameterSetName = 'Net', Mandatory = $true, Position = 0)][string]$TypeName,
        [Parameter(ParameterSetName = 'Net', Position = 1)][Alias('Args')][object[]]$ArgumentList,
        [Parameter(ParameterSetName = 'Com', Mandatory = $true, Position = 0)][string]$ComObject,
        [Parameter(ParameterSetName = 'Com')][switch]$Strict,
        [Collections.IDictionary]$Property
    )
    if ($ComObject -and $SimComObjects.ContainsKey($ComObject)) { return & $SimComObjects[$ComObject] }
    Microsoft.PowerShell.Utility\New-Object @PSBoundParameters
}

# --- 3. CIM ----------------------------------------------------------------
function global:Get-CimInstance {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)][string]$ClassName, [string]$Namespace = 'root/cimv2', [string]$Filter,
        [string]$Query, [string[]]$Property, [uint32]$OperationTimeoutSec
    )
    Set-StrictMode -Off # the caller's reaches into functions, and a process without a parent has no Parent.Id
    if (-not $Query -and -not $Filter -and $ClassName -eq 'Win32_Process') {
        # Not $p.Parent, which is null once the parent has ended; and not CommandLine, which would call Get-CimInstance.
        $parentId = [Diagnostics.Process].GetProperty('ParentProcessId', [Reflection.BindingFlags]'NonPublic, Instance')
        foreach ($p in [Diagnostics.Process]::GetProcesses()) {
            try {
                [pscustomobject]@{ ProcessId = [uint32]$p.Id; Name = "$($p.ProcessName).exe"
                    ParentProcessId = [uint32]$parentId.GetValue($p); CreationDate = $p.StartTime; SessionId = [uint32]$p.SessionId }
            } catch { continue } # it has ended in between
        }
        return
    }
    Invoke-SimRequest 'cim.get' @{ class = $ClassName; namespace = $Namespace; filter = $Filter; query = $Query }
}
function global:Invoke-CimMethod {
    [CmdletBinding()]
    param(
        [Parameter(ValueFromPipeline = $true)]$InputObject, [string]$ClassName, [string]$Namespace = 'root/cimv2',
        [Parameter(Mandatory = $true)][string]$MethodName, [Collections.IDictionary]$Arguments = @{}
    )
    process {
        Invoke-SimRequest 'cim.invoke' @{ class = $ClassName; namespace = $Namespace; method = $MethodName
            arguments = $Arguments; instance = $InputObject }
    }
}

# --- 4. file shares --------------------------------------------------------
# Wine has no network provider: a connection with a credential is asked of the simulator, which compares the password's
# SHA-256 and then lets the path appear.
function global:New-PSDrive {
    [CmdletBinding()]
    param([string]$Name, [string]$PSProvider, [string]$Root, [Management.Automation.PSCredential]$Credential, [string]$Scope)
    $bytes = [Text.Encoding]::UTF8.GetBytes($Credential.GetNetworkCredential().Password)
    $hash = [BitConverter]::ToString([Security.Cryptography.SHA256]::Create().ComputeHash($bytes)).Replace('-', '')
    try {
        [void](Invoke-SimRequest 'share.connect' @{ root = $Root; username = $Credential.UserName; sha256 = $hash })
    } catch [Runtime.InteropServices.COMException] {
        throw (New-Object ComponentModel.Win32Exception ($_.Exception.HResult -band 0xFFFF))
    }
    $global:SimShareRoot = $Root
}
function global:Get-PSDrive {
    [CmdletBinding()]
    param([string]$Name)
    if (Test-Path 'variable:global:SimShareRoot') { [pscustomobject]@{ Name = $Name; Root = $global:SimShareRoot } }
}
function global:Remove-PSDrive {
    [CmdletBinding()]
    param([string]$Name, [switch]$Force, [string]$Scope)
    [void](Invoke-SimRequest 'share.disconnect' @{ root = $global:SimShareRoot })
    Remove-Variable -Name SimShareRoot -Scope Global
}
