# How a step's program is started. A launch is: Program, Arguments, WaitForChildren, Problem (not-found,
# not-startable or null) and Detail.

function Get-Launch($Step) {
    switch ($Step.launch.form) {
        'line' { return New-CmdLaunch $Step.launch.commandLine }
        'batch' { return New-CmdLaunch ('"' + (Write-BatchFile $Step) + '"') }
        'program' { return Get-ProgramLaunch $Step.launch }
    }
    throw "The plan's step $($Step.index) has the unknown launch form '$($Step.launch.form)'"
}

# With /s cmd.exe takes away the first and the last quotation mark and nothing else.
function New-CmdLaunch([string]$CommandLine) {
    return New-Launch (Get-SystemTool 'cmd.exe') ('/d /s /c "' + $CommandLine + '"')
}

function New-Launch([string]$Program, [string]$Arguments) {
    return @{ Program = $Program; Arguments = $Arguments; WaitForChildren = $false; Problem = $null; Detail = '' }
}

function Get-ProgramLaunch($Launch) {
    $program = Resolve-Program ([Environment]::ExpandEnvironmentVariables($Launch.program))
    $missing = if (-not [IO.File]::Exists($program)) { $program }
    if ($null -ne $Launch.file) {
        $file = [Environment]::ExpandEnvironmentVariables($Launch.file)
        if (-not [IO.File]::Exists($file)) { $missing = $file }
    }
    $result = New-Launch $program (Expand-Argument $program $Launch.arguments)
    $result.WaitForChildren = $Launch.waitForChildren
    if ($null -ne $missing) {
        $result.Problem = 'not-found'
        $result.Detail = "$missing does not exist, or the account $(Get-AccountName) may not read it"
    }
    return $result
}

# %ProgramFiles% in the arguments means the target's own, as it would in cmd.exe, which expands by itself.
# Secrets are not in our environment here, so none gets on a command line this way.
function Expand-Argument([string]$Program, [string]$Arguments) {
    if ($Program -eq (Get-SystemTool 'cmd.exe')) { return $Arguments }
    return [Environment]::ExpandEnvironmentVariables($Arguments)
}

# A bare name is one of Windows' own programs, or on the PATH; the name itself when it is neither.
function Resolve-Program([string]$Program) {
    if ([IO.Path]::IsPathRooted($Program)) { return $Program }
    $own = Get-SystemTool $Program
    if ([IO.File]::Exists($own)) { return $own }
    $command = Get-Command -Name $Program -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
    if ($null -eq $command) { return $Program }
    return $command.Path
}

function Get-AccountName {
    return [Security.Principal.WindowsIdentity]::GetCurrent().Name
}

# cmd.exe reads a batch file in the console's code page: OEM where the text fits in, otherwise UTF-8.
function Write-BatchFile($Step) {
    $path = [IO.Path]::Combine($script:Run.StepsFolder, "$($Step.index).cmd")
    $text = [regex]::Replace($Step.launch.text, "`r?`n", "`r`n")
    $oem = Get-OemEncoding
    $bytes = $oem.GetBytes($text)
    if ($oem.GetString($bytes) -cne $text) {
        $bytes = (New-Object Text.UTF8Encoding $false).GetBytes("@chcp 65001 >nul`r`n" + $text)
    }
    [IO.File]::WriteAllBytes($path, $bytes)
    return $path
}

# Output and an empty input are files; see output.ps1 for the reason. The window is hidden and the console
# the step's own, so that a code page that it sets or a Ctrl+C that it sends stays with it.
function Start-StepProgram([hashtable]$Launch, [hashtable]$Files) {
    $options = @{
        FilePath = $Launch.Program; WorkingDirectory = $script:Run.WorkFolder; WindowStyle = 'Hidden'; PassThru = $true
        RedirectStandardInput = $Files.stdin; RedirectStandardOutput = $Files.stdout; RedirectStandardError = $Files.stderr
    }
    if ($Launch.Arguments -ne '') { $options.ArgumentList = $Launch.Arguments }
    $self = [Diagnostics.Process]::GetCurrentProcess()
    Set-SecretVariable
    try {
        # Start-Process of 5.1 gives an object without a handle: the exit code is lost when the program ends
        # before the handle is asked for. With high priority hardly anything comes between the two.
        $self.PriorityClass = 'High'
        $process = Start-Process @options
        try { [void]$process.Handle } catch { return $process }
        return $process
    } finally {
        $self.PriorityClass = 'Normal'
        Clear-SecretVariable
    }
}

function New-StepFile([string]$FileBase) {
    $base = [IO.Path]::Combine($script:Run.StepsFolder, $FileBase)
    $files = @{ stdin = "$base.in"; stdout = "$base.out"; stderr = "$base.err" }
    foreach ($path in $files.Values) { [IO.File]::WriteAllBytes($path, [byte[]]@()) }
    return $files
}

# Output may be large, so it goes at once; what an orphan holds is left to cleanup.
function Remove-StepFile([hashtable]$Files) {
    foreach ($path in $Files.Values) {
        try { [IO.File]::Delete($path) } catch { continue }
    }
}
