using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Initrd;

/// <summary>The initial root file system as boot loaders pass it: the microcode archive, then the root as cpio in gzip.</summary>
internal static class InitrdImage
{
    /// <summary>The image of a build, compressed once however many formats hold it.</summary>
    /// <exception cref="OutputFormatException">A cpio archive cannot hold the tree.</exception>
    public static async Task<FileContent> GetOrCreateAsync(OutputContext context, CancellationToken cancellationToken)
    {
        var compressed = await context.Scratch.GetOrCreateAsync(
            new CompressedRoot(context.Root),
            (destination, token) => CompressRootAsync(context, destination, token),
            cancellationToken).ConfigureAwait(false);
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
        var root = context.RootWithoutBoot();
        var archive = CpioImage.Create(root);
        OutputLog.WarnOfAttributesInCpio(context.Logger, root);
        var gzip = new DeterministicGzipStream(destination, leaveOpen: true, context.MaxParallelism);
        await using (gzip.ConfigureAwait(false))
        {
            await archive.CopyToAsync(gzip, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What the compressed archive depends on; trees are compared by identity.</summary>
    private sealed record CompressedRoot(FileTree Root);
}
