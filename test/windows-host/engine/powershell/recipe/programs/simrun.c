/*
 * Starts one program on the simulated Windows host on behalf of the simulator, which runs on the Unix side: with
 * an exact command line, in a job object as WinRM and Task Scheduler do it, and tells what becomes of its tree.
 *   simrun.exe PORT KEY
 * Connects to 127.0.0.1:PORT and says "KEY\n". It is answered with the launch: NUL-terminated UTF-8 strings, which
 * are the command line, the working directory, then NAME=VALUE for the environment, and an empty one at the end.
 * The program gets this process's own stdin, stdout and stderr. Reports are lines with tabs between the fields:
 *   start PID PARENT CREATED COMMAND    a process of the tree; CREATED is a FILETIME
 *   exit PID CODE                       it has ended, with all 32 bits of its code
 *   fail CODE                           CreateProcess failed
 * "kill CODE\n", or the end of the connection, ends the whole tree. Ends when no process of the tree is left.
 */
#define _WIN32_WINNT 0x0a00
#include <winsock2.h>
#include <windows.h>
#include <winternl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { MAX_LAUNCH = 1 << 20, MAX_TREE = 4096, KILLED = 0x00041306 };

struct member {
    DWORD pid;
    HANDLE handle;
    BOOL told;
    ULONGLONG found;
};

static SOCKET control;
static HANDLE job;
static struct member tree[MAX_TREE];
static int tree_size;

static wchar_t *wide(const char *text)
{
    int count = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
    wchar_t *result = malloc(count * sizeof *result);
    MultiByteToWideChar(CP_UTF8, 0, text, -1, result, count);
    return result;
}

static void send_all(const char *bytes, int count)
{
    while (count > 0) {
        int sent = send(control, bytes, count, 0);
        if (sent <= 0) return;
        bytes += sent;
        count -= sent;
    }
}

static void tell(const char *line)
{
    send_all(line, (int)strlen(line));
}

static ULONGLONG created_at(HANDLE process)
{
    FILETIME created = {0}, ended, kernel, user;
    GetProcessTimes(process, &created, &ended, &kernel, &user);
    return (ULONGLONG)created.dwHighDateTime << 32 | created.dwLowDateTime;
}

static ULONG_PTR parent_of(HANDLE process)
{
    PROCESS_BASIC_INFORMATION basic = {0};
    NtQueryInformationProcess(process, ProcessBasicInformation, &basic, sizeof basic, NULL);
    return basic.InheritedFromUniqueProcessId;
}

/* A process has its command line only some moments after the job has announced it. */
static char *command_line_of(HANDLE process)
{
    PROCESS_BASIC_INFORMATION basic = {0};
    PEB peb;
    RTL_USER_PROCESS_PARAMETERS parameters;
    wchar_t *text;
    char *result, *p;
    int count;

    if (NtQueryInformationProcess(process, ProcessBasicInformation, &basic, sizeof basic, NULL)) return NULL;
    if (!ReadProcessMemory(process, basic.PebBaseAddress, &peb, sizeof peb, NULL)) return NULL;
    if (!ReadProcessMemory(process, peb.ProcessParameters, &parameters, sizeof parameters, NULL)) return NULL;
    if (parameters.CommandLine.Length == 0) return NULL;
    text = calloc(parameters.CommandLine.Length / 2 + 1, 2);
    if (!ReadProcessMemory(process, parameters.CommandLine.Buffer, text, parameters.CommandLine.Length, NULL) || !*text) {
        free(text);
        return NULL;
    }
    count = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
    result = malloc(count);
    WideCharToMultiByte(CP_UTF8, 0, text, -1, result, count, NULL, NULL);
    free(text);
    for (p = result; *p; p++)
        if ((unsigned char)*p < ' ') *p = ' ';
    return result;
}

static void tell_start(struct member *member, const char *command_line)
{
    size_t size = strlen(command_line) + 100;
    char *line = malloc(size);
    snprintf(line, size, "start\t%lu\t%lu\t%llu\t%s\n", member->pid, (unsigned long)parent_of(member->handle),
             created_at(member->handle), command_line);
    tell(line);
    free(line);
    member->told = TRUE;
}

static BOOL tell_pending_starts(void)
{
    BOOL pending = FALSE;
    int i;
    for (i = 0; i < tree_size; i++) {
        char *command_line;
        if (tree[i].told) continue;
        command_line = command_line_of(tree[i].handle);
        if (command_line || GetTickCount64() - tree[i].found > 2000) tell_start(&tree[i], command_line ? command_line : "");
        else pending = TRUE;
        free(command_line);
    }
    return pending;
}

static void on_new_process(DWORD pid)
{
    HANDLE handle = OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ | SYNCHRONIZE, FALSE, pid);
    if (!handle || tree_size == MAX_TREE) return;
    tree[tree_size++] = (struct member){pid, handle, FALSE, GetTickCount64()};
}

static void on_exit(DWORD pid)
{
    char line[64];
    DWORD code = 0;
    int i;
    for (i = 0; i < tree_size && tree[i].pid != pid; i++) ;
    if (i == tree_size) return;
    if (!tree[i].told) tell_start(&tree[i], "");
    WaitForSingleObject(tree[i].handle, 5000);
    GetExitCodeProcess(tree[i].handle, &code);
    CloseHandle(tree[i].handle);
    tree[i] = tree[--tree_size];
    snprintf(line, sizeof line, "exit\t%lu\t%lu\n", pid, code);
    tell(line);
}

static DWORD WINAPI obey(void *unused)
{
    char line[64];
    int length = 0;
    unsigned long code;
    (void)unused;
    for (;;) {
        if (length == sizeof line - 1 || recv(control, line + length, 1, 0) <= 0) break;
        if (line[length++] != '\n') continue;
        line[length] = 0;
        length = 0;
        if (sscanf(line, "kill %lu", &code) == 1) TerminateJobObject(job, code);
    }
    TerminateJobObject(job, KILLED);
    return 0;
}

/* The launch, ended by an empty string. */
static char *receive_launch(void)
{
    char *launch = malloc(MAX_LAUNCH);
    int length = 0;
    while (length < 2 || launch[length - 1] || launch[length - 2]) {
        if (length == MAX_LAUNCH || recv(control, launch + length, 1, 0) <= 0) return NULL;
        length++;
    }
    return launch;
}

static BOOL connect_to(const wchar_t *port, const wchar_t *key)
{
    WSADATA data;
    struct sockaddr_in address = {0};
    char hello[80];
    BOOL on = TRUE;
    if (WSAStartup(0x0202, &data)) return FALSE;
    control = WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
    address.sin_family = AF_INET;
    address.sin_port = htons((u_short)_wtoi(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(control, (struct sockaddr *)&address, sizeof address)) return FALSE;
    setsockopt(control, IPPROTO_TCP, TCP_NODELAY, (char *)&on, sizeof on);
    snprintf(hello, sizeof hello, "%ls\n", key);
    tell(hello);
    return TRUE;
}

static HANDLE inheritable(DWORD which)
{
    HANDLE handle = GetStdHandle(which);
    SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
    return handle;
}

static BOOL start(const char *command_line, const char *folder, PROCESS_INFORMATION *process)
{
    STARTUPINFOW startup = {.cb = sizeof startup};
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdInput = inheritable(STD_INPUT_HANDLE);
    startup.hStdOutput = inheritable(STD_OUTPUT_HANDLE);
    startup.hStdError = inheritable(STD_ERROR_HANDLE);
    /* CREATE_NO_WINDOW gives a console that needs no display. */
    return CreateProcessW(NULL, wide(command_line), NULL, NULL, TRUE, CREATE_SUSPENDED | CREATE_NO_WINDOW, NULL,
                          *folder ? wide(folder) : NULL, &startup, process);
}

static void watch(HANDLE port)
{
    DWORD message;
    ULONG_PTR key;
    OVERLAPPED *pid;
    for (;;) {
        BOOL pending = tell_pending_starts();
        if (!GetQueuedCompletionStatus(port, &message, &key, &pid, pending ? 2 : INFINITE)) continue;
        if (message == JOB_OBJECT_MSG_NEW_PROCESS) on_new_process((DWORD)(ULONG_PTR)pid);
        if (message == JOB_OBJECT_MSG_EXIT_PROCESS || message == JOB_OBJECT_MSG_ABNORMAL_EXIT_PROCESS)
            on_exit((DWORD)(ULONG_PTR)pid);
        if (message == JOB_OBJECT_MSG_ACTIVE_PROCESS_ZERO) return;
    }
}

int wmain(int argc, wchar_t **argv)
{
    JOBOBJECT_ASSOCIATE_COMPLETION_PORT association;
    PROCESS_INFORMATION process;
    char *launch, *folder, *variable, line[32];

    if (argc != 3 || !connect_to(argv[1], argv[2]) || !(launch = receive_launch())) return 1;
    folder = launch + strlen(launch) + 1;
    for (variable = folder + strlen(folder) + 1; *variable; variable += strlen(variable) + 1) {
        wchar_t *name = wide(variable), *value = wcschr(name + 1, L'=');
        *value++ = 0;
        SetEnvironmentVariableW(name, *value ? value : NULL);
    }
    job = CreateJobObjectW(NULL, NULL);
    association.CompletionKey = NULL;
    association.CompletionPort = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    SetInformationJobObject(job, JobObjectAssociateCompletionPortInformation, &association, sizeof association);
    if (!start(launch, folder, &process)) {
        snprintf(line, sizeof line, "fail\t%lu\n", GetLastError());
        tell(line);
        return 1;
    }
    AssignProcessToJobObject(job, process.hProcess);
    CreateThread(NULL, 0, obey, NULL, 0, NULL);
    ResumeThread(process.hThread);
    /* A process that has ended counts as alive for OpenProcess while somebody holds it. */
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    watch(association.CompletionPort);
    return 0;
}
