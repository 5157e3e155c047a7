using System.Numerics;
using Microsoft.Extensions.Logging;
using ReproBuild.Core.Pieces;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>How the blocks of a SquashFS image are compressed; the values are those of the superblock.</summary>
public enum SquashFsCompression
{
    /// <summary>zlib streams (RFC 1950).</summary>
    Gzip = 1,

    /// <summary>LZ4 blocks: larger images, compressed in the least time; Linux 3.19 and later read them (CONFIG_SQUASHFS_LZ4).</summary>
    Lz4 = 5,

    /// <summary>Zstandard frames (RFC 8878): smaller images that are read faster than gzip's, by Linux 4.14 and later.</summary>
    Zstd = 6,
}

/// <summary>How a SquashFS image is written.</summary>
public sealed class SquashFsOptions
{
    /// <summary>The size of a data block in bytes, before compression: a power of two from 4096 to 1,048,576.</summary>
    /// <value>Default 131,072.</value>
    public int BlockSize { get; init; } = 128 * 1024;

    /// <summary>How blocks are compressed.</summary>
    /// <value>Default <see cref="SquashFsCompression.Gzip"/>, which every kernel with SquashFS reads.</value>
    public SquashFsCompression Compression { get; init; } = SquashFsCompression.Gzip;

    /// <summary>How much time gzip and zstd take to make blocks smaller; LZ4 has one effort only. For zstd the default is the best.</summary>
    /// <value>Default <see cref="CompressionEffort.Default"/>.</value>
    public CompressionEffort Effort { get; init; } = CompressionEffort.Default;

    /// <summary>
    /// How many blocks are compressed at once, at least 1. Each takes two buffers of a block; no more than 32 blocks are, and of 1 MiB no more than
    /// 16. The image is the same.
    /// </summary>
    /// <value>Default 1.</value>
    public int MaxParallelism { get; init; } = 1;

    /// <summary>The time of the image in seconds since 1970-01-01T00:00:00Z, clamped to 0 to 4,294,967,295; files have their own.</summary>
    /// <value>Default <see cref="BuildOptions.LinuxKitEpoch"/>.</value>
    public long SourceDateEpoch { get; init; } = BuildOptions.LinuxKitEpoch;

    /// <summary>
    /// Whether what SquashFS has no place for is an error. Else it is left out or changed, with a warning to
    /// <see cref="Logger"/>; docs/formats.md tells what that is.
    /// </summary>
    /// <value>Default false.</value>
    public bool Strict { get; init; }

    /// <summary>Gets a warning of what is left out or changed, with the path.</summary>
    /// <value>Default null: nothing is told.</value>
    public ILogger? Logger { get; init; }

    /// <summary>Where compressed blocks are kept for later images, or null.</summary>
    internal IPieceStore? Pieces { get; init; }

    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    internal void Validate()
    {
        if (BlockSize is < SquashFsConstants.MinBlockSize or > SquashFsConstants.MaxBlockSize || !BitOperations.IsPow2(BlockSize))
        {
            throw new InvalidOptionException(
                "SquashFsOptions.BlockSize",
                $"SquashFsOptions.BlockSize {BlockSize} is not a power of two from {SquashFsConstants.MinBlockSize} " +
                $"to {SquashFsConstants.MaxBlockSize}.");
        }

        if (MaxParallelism < 1)
        {
            throw new InvalidOptionException("SquashFsOptions.MaxParallelism", $"SquashFsOptions.MaxParallelism {MaxParallelism} is less than 1.");
        }

        if (!Enum.IsDefined(Compression))
        {
            throw new InvalidOptionException("SquashFsOptions.Compression", $"SquashFsOptions.Compression {Compression} is not known.");
        }

        if (!Enum.IsDefined(Effort))
        {
            throw new InvalidOptionException("SquashFsOptions.Effort", $"SquashFsOptions.Effort {Effort} is not known.");
        }
    }
}
