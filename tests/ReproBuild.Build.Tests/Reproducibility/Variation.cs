using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Reproducibility;

/// <summary>One way in which a build's surroundings can differ.</summary>
/// <param name="Process">The process with that environment.</param>
/// <param name="Observed">A line that <see cref="StartupHook"/> writes when the variation has applied.</param>
internal sealed record Variation(CommandLineProcess Process, string Observed)
{
    /// <summary>The tool that the variation needs, with its package, or null.</summary>
    public (string Name, string Package)? Tool { get; init; }

    /// <summary>Whether the variation changes the user, which only root can.</summary>
    public bool NeedsRoot { get; init; }

    public static IReadOnlyDictionary<string, Variation> All { get; } = new Dictionary<string, Variation>(StringComparer.Ordinal)
    {
        ["time zone"] = new(With(("TZ", "Pacific/Chatham")), "time zone 12:45:00"),
        ["culture"] = new(With(("LC_ALL", "tr_TR.UTF-8")), "culture tr-TR, İ"),
        ["home directory"] = new(With(("HOME", "/usr")), "home /usr"),
        ["working directory"] = new(new CommandLineProcess { WorkingDirectory = "/" }, "directory /"),
        ["one processor"] = new(With(("DOTNET_PROCESSOR_COUNT", "1")), "processors 1"),
        ["sixteen processors"] = new(With(("DOTNET_PROCESSOR_COUNT", "16")), "processors 16"),
        ["no vector instructions"] = new(With(("DOTNET_EnableHWIntrinsic", "0")), "vectors False"),
        ["umask"] = new(Launch("sh", "-c", "umask 077; exec \"$@\"", "sh"), "mode UserWrite, UserRead") { Tool = ("sh", "dash") },
        ["clock"] = new(Launch("faketime", "--exclude-monotonic", "2001-02-03 04:05:06"), "year 2001") { Tool = ("faketime", "faketime") },
        ["user"] = new(
            Launch("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"), "user nobody")
        {
            Tool = ("setpriv", "util-linux"),
            NeedsRoot = true,
        },
    };

    /// <summary>Skips the test where this host cannot be varied so.</summary>
    public void SkipUnlessItApplies()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The variations are those of a POSIX host.");
        Assert.SkipUnless(!NeedsRoot || TestHost.IsRoot, "Only root can become another user.");
        if (Tool is { } tool)
        {
            var found = new ExternalTool(tool.Name, tool.Package);
            Assert.SkipUnless(found.IsAvailable, found.SkipReason);
        }
    }

    private static CommandLineProcess With(params (string Name, string Value)[] variables) =>
        new() { Environment = variables.ToDictionary(static v => v.Name, static v => v.Value) };

    private static CommandLineProcess Launch(params string[] launcher) => new() { Launcher = launcher };
}
