using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Disks.Containers;

/// <summary>What Google Compute Engine imports: <c>disk.raw</c> in a tar archive in gzip ("Import a boot disk image", "Requirements for the image file").</summary>
/// <remarks>
/// The requirements name GNU tar's old format (<c>--format=oldgnu</c>): importers refuse others, and a pax header would hide the size of a large disk.
/// </remarks>
internal sealed class GcpContainer : IDiskContainer
{
    private const int CopyBufferSize = 128 * 1024;
    private const int EndBlocks = 2;

    /// <summary>Compute Engine takes whole gibibytes only.</summary>
    public long SizeMultiple => 1L << 30;

    /// <summary>The largest disk that Compute Engine has: 64 TiB.</summary>
    public long MaxSize => 64L << 40;

    public async Task WriteAsync(FileContent disk, OutputContext context, string suffix, CancellationToken cancellationToken)
    {
        var artifact = await context.CreateArtifactAsync(suffix, cancellationToken).ConfigureAwait(false);
        await using (artifact.ConfigureAwait(false))
        {
            var gzip = new DeterministicGzipStream(artifact, leaveOpen: true, context.MaxParallelism);
            await using (gzip.ConfigureAwait(false))
            {
                var archive = Archive(disk, context.SourceDateEpoch).OpenRead();
                await using (archive.ConfigureAwait(false))
                {
                    await archive.CopyToAsync(gzip, CopyBufferSize, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>The archive: the disk's header, the disk, and the two blocks of zeros that end it.</summary>
    internal static FileContent Archive(FileContent disk, long sourceDateEpoch) => new FileContentBuilder()
        .Append(GnuTarHeader.Create("disk.raw"u8, disk.Length, sourceDateEpoch))
        .Append(disk).AlignTo(GnuTarHeader.BlockSize)
        .AppendZeros(EndBlocks * GnuTarHeader.BlockSize).Build();
}
