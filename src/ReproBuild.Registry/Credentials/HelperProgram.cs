namespace ReproBuild.Registry.Credentials;

/// <summary>Finds a credential helper on PATH, as Docker does.</summary>
/// <remarks>
/// The system would also look in the current directory, and on Windows for <c>.exe</c> only. A build may run in a directory that others
/// write to, so what lies there is never run; for the same reason relative directories of PATH do not count.
/// </remarks>
internal static class HelperProgram
{
    private const string DefaultExtensions = ".COM;.EXE;.BAT;.CMD";
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The full path of a program, or null.</summary>
    /// <param name="name">Its name, without an extension.</param>
    public static string? Find(string name) => Directories()
        .SelectMany(_ => Extensions(), (directory, extension) => Path.Combine(directory, name + extension)).FirstOrDefault(IsProgram);

    private static IEnumerable<string> Directories() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(static directory => directory.Trim('"')).Where(Path.IsPathFullyQualified);

    /// <summary>What makes a file a program: nothing but its mode, except on Windows.</summary>
    private static string[] Extensions() => !OperatingSystem.IsWindows() ? [""]
        : (Environment.GetEnvironmentVariable("PATHEXT") is { Length: > 0 } named ? named : DefaultExtensions)
            .Split(';', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsProgram(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Executable) != 0);
}
