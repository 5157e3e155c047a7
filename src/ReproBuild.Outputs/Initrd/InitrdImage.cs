using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Initrd;

/// <summary>The initial root file system as boot loaders pass it: the microcode archive, then the root as cpio in gzip.</summary>
internal static class InitrdImage
{
    /// <summary>The image of a build, compressed once however many formats hold it.</summary>
    /// <param name="context">The build.</param>
    /// <param name="isStrict">Whether it is an error that the archive loses something; else the log tells, once for all formats.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="OutputFormatException">A cpio archive cannot hold the tree.</exception>
    public static async Task<FileContent> GetOrCreateAsync(OutputContext context, bool isStrict, CancellationToken cancellationToken)
    {
        var compressed = await context.Scratch.GetOrCreateAsync(
            new CompressedRoot(context.Root, isStrict),
            (destination, token) => CompressRootAsync(context, isStrict, destination, token),
            cancellationToken).ConfigureAwait(false);
        return Compose(context.Kernel?.Microcode, compressed);
    }

    /// <summary>
    /// Linux looks for microcode only in an uncompressed archive at the start (Documentation/arch/x86/microcode.rst), and expects the
    /// next archive at a multiple of four bytes (buffer-format.rst).
    /// </summary>
    private static FileContent Compose(FileContent? microcode, FileContent compressed) =>
        new FileContentBuilder().Append(microcode ?? FileContent.Empty).AlignTo(CpioConstants.Alignment).Append(compressed).Build();

    private static async Task CompressRootAsync(
        OutputContext context, bool isStrict, Stream destination, CancellationToken cancellationToken)
    {
        var archive = CpioImage.Create(context.RootWithoutBoot(), new CpioOptions { Strict = isStrict, Logger = context.Logger });
        await GzipOutput.WriteAsync(archive, destination, context.MaxParallelism, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the compressed archive depends on; trees are compared by identity.</summary>
    private sealed record CompressedRoot(FileTree Root, bool IsStrict);
}
