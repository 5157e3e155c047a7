using ReproBuild.Core.Building;
using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;

namespace ReproBuild.Outputs.Disks.Containers;

/// <summary>What Google Compute Engine imports: <c>disk.raw</c> in a tar archive in gzip ("Import a boot disk image", "Requirements for the image file").</summary>
internal sealed class GcpContainer : IDiskContainer
{
    private const string MemberName = "disk.raw";

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
                var tar = new TarWriter(gzip);
                await tar.WriteAsync(Member(disk, context), disk, cancellationToken).ConfigureAwait(false);
                await tar.CompleteAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static TarEntry Member(FileContent disk, OutputContext context) => new()
    {
        Type = TarEntryType.RegularFile,
        Name = MemberName,
        Mode = 0b110_100_100,
        Size = disk.Length,
        ModificationTime = new FileTime(context.SourceDateEpoch),
    };
}
