using System.Collections.Immutable;

namespace ReproBuild.Cli;

/// <summary>How much is written to standard error.</summary>
internal enum Verbosity
{
    /// <summary>Errors only.</summary>
    Quiet,

    /// <summary>Progress, warnings and errors.</summary>
    Normal,

    /// <summary>Everything that is logged, and stack traces.</summary>
    Verbose,
}

/// <summary>What the caller of <c>build</c> asks for.</summary>
internal sealed record BuildArguments
{
    public required ImmutableArray<string> Configurations { get; init; }

    public required ImmutableArray<string> Formats { get; init; }

    /// <summary>The base names of formats that have one of their own, by format.</summary>
    public required ImmutableSortedDictionary<string, string> FormatNames { get; init; }

    public required string Directory { get; init; }

    public required string Name { get; init; }

    public required string Architecture { get; init; }

    public required string CacheDirectory { get; init; }

    public string? OciLayout { get; init; }

    public ImmutableArray<RegistryMirror> Mirrors { get; init; } = [];

    public ImmutableArray<string> CertificateAuthorities { get; init; } = [];

    public bool Sbom { get; init; } = true;

    public bool DecompressKernel { get; init; }

    public long? Size { get; init; }

    public string? UefiStub { get; init; }

    public string? RaspberryPiFirmware { get; init; }

    public string? RaspberryPiFirmwareImage { get; init; }

    public bool Pull { get; init; }

    public bool DryRun { get; init; }

    public Verbosity Verbosity { get; init; } = Verbosity.Normal;
}
