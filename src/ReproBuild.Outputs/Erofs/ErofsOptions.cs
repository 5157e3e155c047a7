using Microsoft.Extensions.Logging;

namespace ReproBuild.Outputs.Erofs;

/// <summary>How the files of an EROFS image are compressed.</summary>
public enum ErofsCompression
{
    /// <summary>Not at all, as LinuxKit's images.</summary>
    None = 0,

    /// <summary>LZ4 blocks, which every kernel that compresses EROFS reads: Linux 5.4 and later.</summary>
    Lz4 = 1,
}

/// <summary>How an EROFS image is written.</summary>
public sealed class ErofsOptions
{
    /// <summary>The UUID of the file system; <see cref="IdentifierDerivation"/> derives one from the tree's digest.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>
    /// The build time of the image, in seconds since 1970-01-01T00:00:00Z. Files have their own times; those of this time take less space.
    /// </summary>
    /// <value>Default <see cref="BuildOptions.LinuxKitEpoch"/>.</value>
    public long SourceDateEpoch { get; init; } = BuildOptions.LinuxKitEpoch;

    /// <summary>How files are compressed. Those that would not become smaller stay as they are.</summary>
    /// <value>Default <see cref="ErofsCompression.None"/>, as LinuxKit's images.</value>
    public ErofsCompression Compression { get; init; } = ErofsCompression.None;

    /// <summary>
    /// How many parts of files are compressed at once, at least 1. Each takes 4 MiB; of more than 8, only 8 are, so that memory stays below
    /// 40 MiB. The image is the same.
    /// </summary>
    /// <value>Default 1.</value>
    public int MaxParallelism { get; init; } = 1;

    /// <summary>
    /// Whether what EROFS has no place for is an error. Else it is left out or changed, with a warning to
    /// <see cref="Logger"/>; docs/formats.md tells what that is.
    /// </summary>
    /// <value>Default false.</value>
    public bool Strict { get; init; }

    /// <summary>Gets a warning of what is left out or changed, with the path.</summary>
    /// <value>Default null: nothing is told.</value>
    public ILogger? Logger { get; init; }

    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    internal void Validate()
    {
        if (MaxParallelism < 1)
        {
            throw new InvalidOptionException("ErofsOptions.MaxParallelism", $"ErofsOptions.MaxParallelism {MaxParallelism} is less than 1.");
        }

        if (!Enum.IsDefined(Compression))
        {
            throw new InvalidOptionException("ErofsOptions.Compression", $"ErofsOptions.Compression {Compression} is not known.");
        }
    }
}
