using System.Collections.Immutable;

namespace ReproBuild.Core.Configuration;

/// <summary>How a volume holds its image.</summary>
public enum VolumeFormat
{
    /// <summary>Unpacked.</summary>
    FileSystem,

    /// <summary>As an OCI image layout.</summary>
    Oci,
}

/// <summary>One entry of <c>volumes</c>.</summary>
public sealed record VolumeConfig
{
    /// <summary>The name: unique, of <c>[a-z0-9_-]</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The image reference, as written; empty for an empty volume.</summary>
    public string Image { get; init; } = "";

    /// <summary>Whether containers may only read it.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>How the image is held.</summary>
    public VolumeFormat Format { get; init; }

    /// <summary>The platforms to keep with <see cref="VolumeFormat.Oci"/>; empty keeps all.</summary>
    public ImmutableArray<Platform> Platforms { get; init; } = [];

    /// <summary>Where the entry was written.</summary>
    public SourceLocation? Source { get; init; }

    /// <summary>Whether the file gives the format, even the default one: then <c>metadata</c> has it too.</summary>
    internal bool IsFormatWritten { get; init; }
}
