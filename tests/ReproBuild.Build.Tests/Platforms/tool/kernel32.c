/* The names of the functions that tool.c imports: the linker makes the list of imports of kernel32.dll from them. */
__declspec(dllexport) void CreateFileW(void) {}
__declspec(dllexport) void ExitProcess(void) {}
__declspec(dllexport) void GetCommandLineW(void) {}
__declspec(dllexport) void GetStdHandle(void) {}
__declspec(dllexport) void ReadFile(void) {}
__declspec(dllexport) void WriteFile(void) {}
