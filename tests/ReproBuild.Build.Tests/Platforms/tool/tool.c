/*
 * A program for Windows, without any library of C, for what tests need of another program.
 *
 *   tool get              is a credential helper: takes the server from its input and answers with a password
 *   tool SHARING PATH     opens a file for reading, says "held", and holds it until its input ends;
 *                         SHARING is what others may do meanwhile: 1 read, 5 read and delete. PATH has no space.
 */
typedef void *HANDLE;
typedef unsigned int DWORD;
typedef unsigned short WCHAR;

__declspec(dllimport) HANDLE CreateFileW(const WCHAR *name, DWORD access, DWORD sharing, void *security, DWORD creation, DWORD flags, HANDLE template);
__declspec(dllimport) void ExitProcess(DWORD code);
__declspec(dllimport) const WCHAR *GetCommandLineW(void);
__declspec(dllimport) HANDLE GetStdHandle(DWORD number);
__declspec(dllimport) int ReadFile(HANDLE file, void *buffer, DWORD size, DWORD *read, void *overlapped);
__declspec(dllimport) int WriteFile(HANDLE file, const void *buffer, DWORD size, DWORD *written, void *overlapped);

static const DWORD standard_input = (DWORD)-10, standard_output = (DWORD)-11, generic_read = 0x80000000u, open_existing = 3;

static void write(const char *text) {
    DWORD size = 0, written;
    while (text[size]) {
        size++;
    }
    WriteFile(GetStdHandle(standard_output), text, size, &written, 0);
}

static void read_to_end(void) {
    char buffer[64];
    DWORD read;
    while (ReadFile(GetStdHandle(standard_input), buffer, sizeof buffer, &read, 0) && read > 0) {
    }
}

void start(void) {
    const WCHAR *last = GetCommandLineW();
    for (const WCHAR *c = last; *c; c++) {
        if (*c == ' ' && c[1] && c[1] != ' ') {
            last = c + 1;
        }
    }
    if (last[0] == 'g' && last[1] == 'e' && last[2] == 't' && !last[3]) {
        read_to_end();
        write("{\"ServerURL\":\"\",\"Username\":\"tester\",\"Secret\":\"correct horse\"}\n");
        ExitProcess(0);
    }
    if (CreateFileW(last, generic_read, (DWORD)(last[-2] - '0'), 0, open_existing, 0, 0) == (HANDLE)-1) {
        ExitProcess(1);
    }
    write("held\n");
    read_to_end();
    ExitProcess(0);
}
