/*
 * A program for steps of the tests, on the simulated Windows host. Options act in the order given.
 *   target.exe [--out TEXT] [--err TEXT] [--hex BYTES] [--fill COUNT] [--sleep MS] [--tree DEPTH WIDTH MS]
 *              [--spawn COUNT PAUSE-MS LIFE-MS] [--start COMMAND-LINE] [--exit CODE]
 * --hex writes bytes to stdout that are given as hexadecimal digits; --fill writes COUNT times the letter x.
 * --tree starts WIDTH copies of itself that do the same with DEPTH-1; every copy then sleeps MS.
 * --spawn starts COUNT copies one after the other, each of which starts another; those live LIFE-MS.
 * --start starts a program and does not wait for it.
 */
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static void start(char *command_line)
{
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    if (!CreateProcessA(NULL, command_line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process)) return;
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
}

static void start_self(const char *arguments)
{
    char self[MAX_PATH], command_line[MAX_PATH + 80];
    GetModuleFileNameA(NULL, self, MAX_PATH);
    snprintf(command_line, sizeof command_line, "\"%s\" %s", self, arguments);
    start(command_line);
}

static void write_hex(const char *digits)
{
    unsigned byte;
    _setmode(_fileno(stdout), _O_BINARY);
    for (; sscanf(digits, "%2x", &byte) == 1; digits += 2) putchar((int)byte);
    fflush(stdout);
}

static void fill(long count)
{
    static char block[65536];
    memset(block, 'x', sizeof block);
    for (; count > 0; count -= (long)sizeof block) fwrite(block, 1, count < (long)sizeof block ? (size_t)count : sizeof block, stdout);
    fflush(stdout);
}

static void tree(int depth, int width, int life)
{
    char arguments[80];
    int i;
    snprintf(arguments, sizeof arguments, "--tree %d %d %d", depth - 1, width, life);
    for (i = 0; depth > 0 && i < width; i++) start_self(arguments);
    Sleep(life);
}

static void spawn(int count, int pause, int life)
{
    char arguments[80];
    int i;
    snprintf(arguments, sizeof arguments, "--tree 1 1 %d", life);
    for (i = 0; i < count; i++) {
        start_self(arguments);
        Sleep(pause);
    }
}

int main(int argc, char **argv)
{
    int i;
    for (i = 1; i < argc; i++) {
        const char *option = argv[i];
        int left = argc - 1 - i;
        if (!strcmp(option, "--out") && left >= 1) { puts(argv[++i]); fflush(stdout); }
        else if (!strcmp(option, "--err") && left >= 1) { fprintf(stderr, "%s\n", argv[++i]); fflush(stderr); }
        else if (!strcmp(option, "--hex") && left >= 1) write_hex(argv[++i]);
        else if (!strcmp(option, "--start") && left >= 1) start(argv[++i]);
        else if (!strcmp(option, "--fill") && left >= 1) fill(atol(argv[++i]));
        else if (!strcmp(option, "--sleep") && left >= 1) Sleep((DWORD)atoi(argv[++i]));
        else if (!strcmp(option, "--exit") && left >= 1) ExitProcess((UINT)strtoul(argv[i + 1], NULL, 0));
        else if (!strcmp(option, "--tree") && left >= 3) { tree(atoi(argv[i + 1]), atoi(argv[i + 2]), atoi(argv[i + 3])); i += 3; }
        else if (!strcmp(option, "--spawn") && left >= 3) { spawn(atoi(argv[i + 1]), atoi(argv[i + 2]), atoi(argv[i + 3])); i += 3; }
        else { fprintf(stderr, "target.exe: unknown option %s\n", option); return 87; }
    }
    return 0;
}
