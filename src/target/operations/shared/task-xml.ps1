# {0} ExecutionTimeLimit in seconds, {1} command, {2} arguments, {3} working directory; all but {0} XML-escaped.
# Priority 4 is normal (the default of tasks, 7, is below normal); S-1-5-18 is SYSTEM.
function Get-TaskXmlTemplate {
    return @'
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Author>Winch</Author>
    <Description>Walks the plan of one Winch deployment on this computer. Winch removes this task by itself.</Description>
  </RegistrationInfo>
  <Principals>
    <Principal id="Runner">
      <UserId>S-1-5-18</UserId>
      <RunLevel>HighestAvailable</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>false</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <IdleSettings>
      <StopOnIdleEnd>false</StopOnIdleEnd>
      <RestartOnIdle>false</RestartOnIdle>
    </IdleSettings>
    <AllowStartOnDemand>true</AllowStartOnDemand>
    <Enabled>true</Enabled>
    <Hidden>true</Hidden>
    <RunOnlyIfIdle>false</RunOnlyIfIdle>
    <WakeToRun>false</WakeToRun>
    <ExecutionTimeLimit>PT{0}S</ExecutionTimeLimit>
    <Priority>4</Priority>
  </Settings>
  <Actions Context="Runner">
    <Exec>
      <Command>{1}</Command>
      <Arguments>{2}</Arguments>
      <WorkingDirectory>{3}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
'@
}
