using System.Globalization;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Testing.Crashes;

/// <summary>What becomes of the calls that write below some directories.</summary>
public enum CallFault
{
    /// <summary>They are made.</summary>
    None,

    /// <summary>The process is killed at one of them; a write is half done then.</summary>
    Kill,

    /// <summary>One is refused: no space.</summary>
    Fail,

    /// <summary>One and all that follow are refused: the disk is full, and stays so.</summary>
    Full,

    /// <summary>From one on the file system is read-only.</summary>
    ReadOnly,
}

/// <summary>The library of <c>systemcalls.c</c>, compiled: preloaded into a process, it records or refuses its calls, or kills it.</summary>
public static class SystemCalls
{
    private static readonly ExternalTool Compiler = new("gcc", "gcc");

    /// <summary>Why a test that needs it is skipped, or null when it can run.</summary>
    public static string? SkipReason => OperatingSystem.IsLinux() && Compiler.IsAvailable ? null
        : OperatingSystem.IsLinux() ? Compiler.SkipReason : "The test preloads a library, which it does on Linux only.";

    /// <summary>Compiles the library into a directory, and returns its path.</summary>
    public static async Task<string> CompileAsync(string directory, CancellationToken cancellationToken)
    {
        var library = Path.Combine(directory, "systemcalls.so");
        var source = Path.Combine(AppContext.BaseDirectory, "Crashes", "systemcalls.c");
        await Compiler.RunAsync(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, source, "-lpthread"], null, cancellationToken);
        return library;
    }

    /// <summary>The environment of a process whose calls on some directories are recorded or faulty.</summary>
    /// <param name="library">What <see cref="CompileAsync"/> returned.</param>
    /// <param name="roots">The directories.</param>
    /// <param name="record">The file that receives the record, or null.</param>
    /// <param name="fault">What goes wrong.</param>
    /// <param name="at">At which call, from 1.</param>
    public static Dictionary<string, string> Environment(
        string library, IEnumerable<string> roots, string? record = null, CallFault fault = CallFault.None, long at = 0)
    {
        var environment = new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = library,
            ["REPROBUILD_ROOTS"] = string.Join(':', roots),
            ["REPROBUILD_FAULT"] = string.Create(CultureInfo.InvariantCulture, $"{(int)fault}:{at}"),
        };
        if (record is not null)
        {
            environment["REPROBUILD_RECORD"] = record;
        }

        return environment;
    }
}
