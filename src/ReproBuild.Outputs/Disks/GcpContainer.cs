using System.Buffers.Binary;
using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Disks;

/// <summary>
/// What Google Compute Engine imports: <c>disk.raw</c> in a tar archive in gzip ("Import a boot disk image", "Requirements for the image file").
/// </summary>
/// <remarks>
/// The requirements name GNU tar's old format (<c>--format=oldgnu</c>): importers refuse others, and a pax header would hide
/// the size of a large disk.
/// </remarks>
internal sealed class GcpContainer : IDiskContainer
{
    private const int EndBlocks = 2;

    public bool Compresses => true;

    /// <summary>Compute Engine takes whole gibibytes only.</summary>
    public long SizeMultiple => 1L << 30;

    /// <summary>The largest disk that Compute Engine has: 64 TiB.</summary>
    public long MaxSize => 64L << 40;

    public async Task WriteAsync(
        FileContent disk, OutputContext context, string suffix, CompressionEffort effort, CancellationToken cancellationToken)
    {
        var artifact = await context.CreateArtifactAsync(suffix, cancellationToken).ConfigureAwait(false);
        await using (artifact.ConfigureAwait(false))
        {
            var archive = Archive(disk, context.SourceDateEpoch);
            var gzip = new DeterministicGzipStream(artifact, leaveOpen: true, context.MaxParallelism, effort);
            await CompressedOutput.WriteAsync(archive, gzip, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The archive: the disk's header, the disk, and the two blocks of zeros that end it.</summary>
    internal static FileContent Archive(FileContent disk, long sourceDateEpoch) => new FileContentBuilder()
        .Append(GnuTarHeader.Create("disk.raw"u8, disk.Length, sourceDateEpoch))
        .Append(disk).AlignTo(GnuTarHeader.BlockSize)
        .AppendZeros(EndBlocks * GnuTarHeader.BlockSize).Build();
}

/// <summary>
/// The header of a regular file in GNU tar's old format (GNU tar manual, "Basic Tar Format", OLDGNU_MAGIC; "Extensions", base 256).
/// </summary>
internal static class GnuTarHeader
{
    public const int BlockSize = 512;

    private const int ChecksumOffset = 148;
    private const int ChecksumLength = 8;

    /// <summary>Encodes the header of a file with mode 0644 that belongs to root, byte for byte as <c>tar --format=oldgnu</c> does.</summary>
    /// <param name="name">The name, up to 100 bytes.</param>
    /// <param name="size">The size in bytes.</param>
    /// <param name="modificationTime">In seconds since 1970-01-01T00:00:00Z.</param>
    public static byte[] Create(ReadOnlySpan<byte> name, long size, long modificationTime)
    {
        var block = new byte[BlockSize];
        name.CopyTo(block.AsSpan(0, 100));
        WriteNumber(block.AsSpan(100, 8), 0b110_100_100);
        WriteNumber(block.AsSpan(108, 8), 0);
        WriteNumber(block.AsSpan(116, 8), 0);
        WriteNumber(block.AsSpan(124, 12), size);
        WriteNumber(block.AsSpan(136, 12), modificationTime);
        block[156] = (byte)'0';
        "ustar  \0"u8.CopyTo(block.AsSpan(257));
        WriteChecksum(block);
        return block;
    }

    /// <summary>Octal digits and a NUL; a number that they do not hold is big-endian in two's complement, its top bit a mark.</summary>
    private static void WriteNumber(Span<byte> field, long value)
    {
        if (value < 0 || value >> (3 * (field.Length - 1)) != 0)
        {
            field.Fill(value < 0 ? (byte)0xff : (byte)0);
            BinaryPrimitives.WriteInt64BigEndian(field[^sizeof(long)..], value);
            field[0] |= 0x80;
            return;
        }

        for (var i = field.Length - 2; i >= 0; i--)
        {
            field[i] = (byte)('0' + (value & 7));
            value >>= 3;
        }
    }

    /// <summary>The sum of all bytes, its own field counted as spaces: six octal digits, NUL, space.</summary>
    private static void WriteChecksum(Span<byte> block)
    {
        var field = block.Slice(ChecksumOffset, ChecksumLength);
        field.Fill((byte)' ');
        var sum = 0;
        foreach (var value in block)
        {
            sum += value;
        }

        field[..^1].Clear();
        WriteNumber(field[..^1], sum);
    }
}
