/*
 * powershell.exe for the simulated Windows host.
 *
 * Loads the CoreCLR that lies next to this program, runs SimHost.dll in it and
 * returns its exit code. The PowerShell engine therefore lives in *this*
 * process: the process id, the image name, the standard handles and the exit
 * code are those that a caller sees.
 *
 * A process that was started from the Unix side has no console, and the
 * engine's console host silently does nothing without one. Wine creates a
 * console that needs no display only for CREATE_NO_WINDOW children, so such a
 * child (this program again, "--console-helper") is started, its console is
 * attached to, and the child is ended. Started by a Windows program that has a
 * console, none of this happens.
 *
 * SIMPS_TRACE=1 in the environment prints the times of the start-up steps and
 * what goes wrong to stderr.
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

typedef int(__stdcall *clr_init_t)(const char *, const char *, int, const char **, const char **, void **, unsigned *);
typedef int(__stdcall *clr_exec_t)(void *, unsigned, int, const char **, const char *, unsigned *);

static int trace;

static void mark(const char *what)
{
    FILETIME a, b, c, d, now;
    if (!trace) return;
    GetProcessTimes(GetCurrentProcess(), &a, &b, &c, &d);
    GetSystemTimeAsFileTime(&now);
    fprintf(stderr, "[%5lu ms] %s\n",
            (unsigned long)((((ULONGLONG)now.dwHighDateTime << 32 | now.dwLowDateTime) - ((ULONGLONG)a.dwHighDateTime << 32 | a.dwLowDateTime)) / 10000), what);
}

static int fail(const char *what, unsigned long code)
{
    fprintf(stderr, "powershell.exe (simulated host): %s failed, 0x%08lx\n", what, code);
    return 240;
}

static char *utf8(const wchar_t *s)
{
    int n = WideCharToMultiByte(CP_UTF8, 0, s, -1, NULL, 0, NULL, NULL);
    char *r = malloc(n);
    WideCharToMultiByte(CP_UTF8, 0, s, -1, r, n, NULL, NULL);
    return r;
}

static void ensure_console(const wchar_t *self)
{
    HANDLE in = GetStdHandle(STD_INPUT_HANDLE), out = GetStdHandle(STD_OUTPUT_HANDLE), err = GetStdHandle(STD_ERROR_HANDLE);
    STARTUPINFOW si = {.cb = sizeof si};
    PROCESS_INFORMATION pi;
    wchar_t cmd[MAX_PATH + 40];
    BOOL attached = FALSE;
    int i;

    if (GetConsoleOutputCP() != 0)
        return;
    FreeConsole();
    /* the helper and its console must not get our pipes: they would keep them open */
    SetStdHandle(STD_INPUT_HANDLE, NULL);
    SetStdHandle(STD_OUTPUT_HANDLE, NULL);
    SetStdHandle(STD_ERROR_HANDLE, NULL);
    swprintf(cmd, MAX_PATH + 40, L"\"%ls\" --console-helper", self);
    if (!CreateProcessW(NULL, cmd, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &si, &pi)) {
        if (trace) fail("console helper", GetLastError());
        goto restore;
    }
    for (i = 0; i < 2000 && !attached; i++) {
        attached = AttachConsole(pi.dwProcessId);
        if (!attached) {
            if (WaitForSingleObject(pi.hProcess, 0) == WAIT_OBJECT_0) break;
            Sleep(5);
        }
    }
    if (trace) fprintf(stderr, "console attached=%d after %d tries, code page %u\n", attached, i, GetConsoleOutputCP());
    TerminateProcess(pi.hProcess, 0);
    CloseHandle(pi.hThread);
    CloseHandle(pi.hProcess);
restore:
    SetStdHandle(STD_INPUT_HANDLE, in);
    SetStdHandle(STD_OUTPUT_HANDLE, out);
    SetStdHandle(STD_ERROR_HANDLE, err);
}

int wmain(int argc, wchar_t **argv)
{
    wchar_t self[MAX_PATH], home[MAX_PATH], path[MAX_PATH];
    char *home8, *tpa, *host8, **args;
    size_t cap = 1 << 17, len = 0;
    WIN32_FIND_DATAW fd;
    HANDLE find;
    HMODULE clr;
    clr_init_t init;
    clr_exec_t exec;
    void *host;
    unsigned domain, code = 0;
    int rc, i;

    if (argc == 2 && !wcscmp(argv[1], L"--console-helper")) {
        Sleep(30000);
        return 0;
    }
    trace = GetEnvironmentVariableW(L"SIMPS_TRACE", NULL, 0) != 0;
    GetModuleFileNameW(NULL, self, MAX_PATH);
    wcscpy(home, self);
    *wcsrchr(home, L'\\') = 0;
    mark("started");
    ensure_console(self);
    mark("console ready");

    SetEnvironmentVariableW(L"POWERSHELL_TELEMETRY_OPTOUT", L"1");
    SetEnvironmentVariableW(L"POWERSHELL_UPDATECHECK", L"Off");
    SetEnvironmentVariableW(L"__SuppressAnsiEscapeSequences", L"1");

    swprintf(path, MAX_PATH, L"%ls\\coreclr.dll", home);
    clr = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    if (!clr) return fail("loading coreclr.dll", GetLastError());
    init = (clr_init_t)(void *)GetProcAddress(clr, "coreclr_initialize");
    exec = (clr_exec_t)(void *)GetProcAddress(clr, "coreclr_execute_assembly");
    if (!init || !exec) return fail("coreclr exports", GetLastError());

    home8 = utf8(home);
    tpa = malloc(cap);
    tpa[0] = 0;
    swprintf(path, MAX_PATH, L"%ls\\*.dll", home);
    find = FindFirstFileW(path, &fd);
    if (find == INVALID_HANDLE_VALUE) return fail("listing the engine folder", GetLastError());
    do {
        char *name = utf8(fd.cFileName);
        size_t need = strlen(home8) + strlen(name) + 3;
        if (len + need > cap) tpa = realloc(tpa, cap *= 2);
        len += sprintf(tpa + len, "%s\\%s;", home8, name);
        free(name);
    } while (FindNextFileW(find, &fd));
    FindClose(find);

    {
        char dir[MAX_PATH * 3 + 2];
        const char *keys[] = {"TRUSTED_PLATFORM_ASSEMBLIES", "APP_PATHS", "NATIVE_DLL_SEARCH_DIRECTORIES",
                              "APP_CONTEXT_BASE_DIRECTORY", "System.Globalization.UseNls",
                              /* start-up time: the engine's assemblies are not precompiled */
                              "System.Runtime.TieredCompilation.QuickJitForLoops", "System.GC.Concurrent"};
        const char *values[7];
        char *self8 = utf8(self);
        sprintf(dir, "%s\\", home8);
        values[0] = tpa;
        values[1] = values[2] = values[3] = dir;
        values[4] = values[5] = "true";
        values[6] = "false";
        rc = init(self8, "powershell", 7, keys, values, &host, &domain);
        if (rc < 0) return fail("coreclr_initialize", (unsigned long)rc);
    }

    mark("runtime ready");
    args = calloc(argc, sizeof *args);
    for (i = 1; i < argc; i++) args[i - 1] = utf8(argv[i]);
    swprintf(path, MAX_PATH, L"%ls\\SimHost.dll", home);
    host8 = utf8(path);
    rc = exec(host, domain, argc - 1, (const char **)args, host8, &code);
    if (rc < 0) return fail("running SimHost.dll", (unsigned long)rc);
    mark("engine finished");
    ExitProcess(code);
}
