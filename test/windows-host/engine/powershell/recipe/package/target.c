/*
 * A program for the smoke test to start, on the simulated Windows host.
 *   target.exe [--out TEXT] [--err TEXT] [--tree DEPTH WIDTH MS] [--sleep MS] [--exit CODE]
 * Options act in the order given. --tree starts WIDTH copies of itself that do
 * the same with DEPTH-1; every copy then sleeps MS.
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    int i;
    for (i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--out") && i + 1 < argc) { puts(argv[++i]); fflush(stdout); }
        else if (!strcmp(argv[i], "--err") && i + 1 < argc) { fprintf(stderr, "%s\n", argv[++i]); fflush(stderr); }
        else if (!strcmp(argv[i], "--sleep") && i + 1 < argc) Sleep(atoi(argv[++i]));
        else if (!strcmp(argv[i], "--exit") && i + 1 < argc) ExitProcess((UINT)strtoul(argv[i + 1], NULL, 0));
        else if (!strcmp(argv[i], "--tree") && i + 3 < argc) {
            int depth = atoi(argv[i + 1]), width = atoi(argv[i + 2]), ms = atoi(argv[i + 3]), k;
            char self[MAX_PATH], cmd[MAX_PATH + 80];
            GetModuleFileNameA(NULL, self, MAX_PATH);
            for (k = 0; depth > 0 && k < width; k++) {
                STARTUPINFOA si = {.cb = sizeof si};
                PROCESS_INFORMATION pi;
                sprintf(cmd, "\"%s\" --tree %d %d %d", self, depth - 1, width, ms);
                if (CreateProcessA(NULL, cmd, NULL, NULL, FALSE, 0, NULL, NULL, &si, &pi)) {
                    CloseHandle(pi.hThread);
                    CloseHandle(pi.hProcess);
                }
            }
            Sleep(ms);
            i += 3;
        }
    }
    return 0;
}
