using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Initrd;

/// <summary>The initial root file system as boot loaders pass it: the microcode archive, then the root as cpio in gzip.</summary>
internal static class InitrdImage
{
    private const string ScratchKey = "initrd";

    /// <summary>The image of a build, compressed once however many formats hold it.</summary>
    /// <exception cref="OutputFormatException">A cpio archive cannot hold the tree.</exception>
    public static async Task<FileContent> GetOrCreateAsync(OutputContext context, CancellationToken cancellationToken)
    {
        var compressed = await context.Scratch.GetOrCreateAsync(
            ScratchKey, (destination, ct) => CompressRootAsync(context, destination, ct), cancellationToken).ConfigureAwait(false);
        return Compose(context.Kernel?.Microcode, compressed);
    }

    /// <summary>
    /// Linux looks for microcode only in an uncompressed archive at the start (Documentation/arch/x86/microcode.rst), and expects the
    /// next archive at a multiple of four bytes (buffer-format.rst).
    /// </summary>
    private static FileContent Compose(FileContent? microcode, FileContent compressed) =>
        new FileContentBuilder().Append(microcode ?? FileContent.Empty).AlignTo(CpioConstants.Alignment).Append(compressed).Build();

    private static async Task CompressRootAsync(OutputContext context, Stream destination, CancellationToken cancellationToken)
    {
        var root = RootWithoutBoot.Of(context.Root);
        var archive = CpioArchive.Create(root);
        WarnOfExtendedAttributes(context, root);
        var gzip = new DeterministicGzipStream(destination, leaveOpen: true, context.MaxParallelism);
        await using (gzip.ConfigureAwait(false))
        {
            var source = archive.OpenRead();
            await using (source.ConfigureAwait(false))
            {
                await source.CopyToAsync(gzip, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static void WarnOfExtendedAttributes(OutputContext context, FileTree root)
    {
        var affected = root.Entries.Where(static e => e.HardLinkTarget is null && !e.Inode.ExtendedAttributes.IsEmpty).ToList();
        if (affected.Count > 0)
        {
            OutputLog.ExtendedAttributesLeftOut(context.Logger, affected.Count, affected[0].Path);
        }
    }
}
