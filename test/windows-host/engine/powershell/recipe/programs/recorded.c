/*
 * Stands for programs that must not do their work on the simulated host (shutdown.exe, logoff.exe, msg.exe): that
 * it was started, and how, is recorded by the simulator, which then does what the machine would do.
 */
int main(void)
{
    return 0;
}
