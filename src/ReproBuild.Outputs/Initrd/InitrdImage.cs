using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Pieces;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Initrd;

/// <summary>The initial root file system as boot loaders pass it: the microcode archive, then the root as cpio, compressed.</summary>
internal static class InitrdImage
{
    /// <summary>The image of a build, compressed once however many formats hold it.</summary>
    /// <param name="context">The build.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="OutputFormatException">A cpio archive cannot hold the tree.</exception>
    public static async Task<FileContent> GetOrCreateAsync(OutputContext context, InitrdOptions options, CancellationToken cancellationToken)
    {
        var root = await context.Scratch.GetOrAddAsync(
            new PackedRoot(context.Root, options), token => PackRootAsync(context, options, token), cancellationToken).ConfigureAwait(false);
        return Compose(context.Kernel?.Microcode, root);
    }

    /// <summary>
    /// Linux looks for microcode only in an uncompressed archive at the start (Documentation/arch/x86/microcode.rst), and expects the
    /// next archive at a multiple of four bytes (buffer-format.rst). The root is last, since what follows an LZ4 frame would be taken for its blocks.
    /// </summary>
    private static FileContent Compose(FileContent? microcode, FileContent root) =>
        new FileContentBuilder().Append(microcode ?? FileContent.Empty).AlignTo(CpioConstants.Alignment).Append(root).Build();

    private static async Task<FileContent> PackRootAsync(OutputContext context, InitrdOptions options, CancellationToken cancellationToken)
    {
        var archive = CpioImage.CreatePieces(context.RootWithoutBoot(), new CpioOptions { Strict = options.IsStrict, Logger = context.Logger });
        return options.Compression == InitrdCompression.None
            ? ContentPiece.Join(archive)
            : await new PieceCompressor(FormatOf(options), context.Pieces, context.MaxParallelism)
                .CompressAsync(archive, context.Scratch, cancellationToken).ConfigureAwait(false);
    }

    private static PieceFormat FormatOf(InitrdOptions options) => options.Compression switch
    {
        InitrdCompression.Gzip => new GzipPieceFormat(options.Effort),
        InitrdCompression.Zstd => new ZstandardPieceFormat(options.Effort),
        InitrdCompression.Lz4 => new Lz4PieceFormat(),
        _ => throw new InvalidOperationException($"The compression {options.Compression} is not known."),
    };

    /// <summary>What the packed archive depends on; trees are compared by identity.</summary>
    private sealed record PackedRoot(FileTree Root, InitrdOptions Options);
}
