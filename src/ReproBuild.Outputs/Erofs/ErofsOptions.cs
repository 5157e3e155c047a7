using ReproBuild.Core.Building;

namespace ReproBuild.Outputs.Erofs;

/// <summary>How an EROFS image is written.</summary>
public sealed record ErofsOptions
{
    /// <summary>The UUID of the file system; <see cref="IdentifierDerivation"/> derives one from the tree's digest.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The build time of the image, in seconds since 1970-01-01T00:00:00Z. Files have their own times; those of this time take less space.</summary>
    /// <value>Default <see cref="BuildOptions.LinuxKitEpoch"/>.</value>
    public long SourceDateEpoch { get; init; } = BuildOptions.LinuxKitEpoch;

    /// <summary>What errors name as the format.</summary>
    /// <value>Default <c>erofs</c>.</value>
    public string FormatName { get; init; } = "erofs";
}
