using System.Collections.Immutable;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Outputs.SquashFs;

namespace ReproBuild.Cli;

/// <summary>What the caller of <c>build</c> asks for: the library's own options, and what only the command line knows.</summary>
internal sealed record BuildRequest
{
    /// <summary>The configuration that is read from standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>The configuration files, merged in this order.</summary>
    public required ImmutableArray<string> Configurations { get; init; }

    public BuildOptions Build { get; init; } = new();

    public RegistryOptions Registry { get; init; } = new() { CacheDirectory = DefaultCacheDirectory() };

    /// <summary>The limits of <see cref="Build"/> and <see cref="Registry"/>, and of everything else that is read.</summary>
    public InputLimits Limits { get; init; } = InputLimits.Default;

    /// <summary>Where the artifacts go.</summary>
    public string Directory { get; init; } = ".";

    /// <summary>The OCI layout that images are taken from instead of registries.</summary>
    public string? OciLayout { get; init; }

    public string? UefiStub { get; init; }

    public string? RaspberryPiFirmware { get; init; }

    public string? RaspberryPiFirmwareImage { get; init; }

    public string? IsoRootDevice { get; init; }

    public bool IsoJoliet { get; init; } = true;

    public bool Strict { get; init; }

    public InitrdCompression InitrdCompression { get; init; } = InitrdCompression.Gzip;

    public CompressionEffort CompressionEffort { get; init; } = CompressionEffort.Default;

    public SquashFsCompression SquashFsCompression { get; init; } = SquashFsCompression.Gzip;

    public ErofsCompression ErofsCompression { get; init; } = ErofsCompression.None;

    public bool DryRun { get; init; }

    /// <summary>How long everything may take, or null.</summary>
    public TimeSpan? Timeout { get; init; }

    public Verbosity Verbosity { get; init; } = Verbosity.Normal;

    /// <summary>The request before any flag; as in LinuxKit, the artifacts are named after the last configuration.</summary>
    public static BuildRequest For(ImmutableArray<string> configurations) => new()
    {
        Configurations = configurations,
        Build = new BuildOptions
        {
            Name = configurations[^1] == StandardInput ? "moby" : Path.GetFileNameWithoutExtension(configurations[^1]),
        },
    };

    /// <summary>The request with other limits, everywhere.</summary>
    public BuildRequest WithLimits(InputLimits limits) => this with
    {
        Limits = limits,
        Build = Build with { Limits = limits },
        Registry = Registry with { Limits = limits },
    };

    /// <summary>The user's cache directory, by the XDG Base Directory Specification where that applies.</summary>
    private static string DefaultCacheDirectory()
    {
        if (OperatingSystem.IsWindows())
        {
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "reprobuild", "cache");
        }

        var xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        var parent = Path.IsPathRooted(xdg) ? xdg : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(parent, "reprobuild");
    }
}
