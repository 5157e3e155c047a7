using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Initrd;

/// <summary>
/// <c>tar-kernel-initrd</c>: one tar with <c>kernel</c>, <c>initrd.img</c>, <c>cmdline</c> and, if there is one, <c>ucode.cpio</c>.
/// </summary>
/// <param name="initrd">How the initrd is written; null for the defaults.</param>
internal sealed class TarKernelInitrdFormat(InitrdOptions? initrd = null) : IOutputFormat
{
    private const string Suffix = "-initrd.tar";
    private const UnixFileMode FileMode = (UnixFileMode)0b110_100_100;

    private readonly InitrdOptions _options = initrd ?? new InitrdOptions();

    /// <inheritdoc/>
    public string Name => "tar-kernel-initrd";

    /// <inheritdoc/>
    public ImmutableArray<string> ArtifactSuffixes { get; } = [Suffix];

    /// <inheritdoc/>
    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var kernel = context.RequireKernel();
        var image = await InitrdImage.GetOrCreateAsync(context, _options, cancellationToken).ConfigureAwait(false);
        var artifact = await context.CreateArtifactAsync(Suffix, cancellationToken).ConfigureAwait(false);
        await using (artifact.ConfigureAwait(false))
        {
            var tar = new TarWriter(artifact);
            foreach (var (name, content) in Members(kernel, image))
            {
                await tar.WriteAsync(Entry(name, content, context.SourceDateEpoch), content, cancellationToken).ConfigureAwait(false);
            }

            await tar.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static IEnumerable<(ByteString Name, FileContent Content)> Members(KernelFiles kernel, FileContent initrd)
    {
        yield return ("kernel", kernel.Kernel);
        yield return ("initrd.img", initrd);
        yield return ("cmdline", KernelArtifacts.CommandLine(kernel));
        if (kernel.Microcode is { } microcode)
        {
            yield return ("ucode.cpio", microcode);
        }
    }

    private static TarEntry Entry(ByteString name, FileContent content, long time) => new()
    {
        Type = TarEntryType.RegularFile,
        Name = name,
        Mode = FileMode,
        ModificationTime = new FileTime(time),
        Size = content.Length,
    };
}
