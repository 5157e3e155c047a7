using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.Initrd;

namespace ReproBuild.Outputs.Iso9660;

/// <summary><c>iso-efi-initrd</c>: the kernel and the initrd on an ISO 9660 volume that UEFI boots, and on amd64 a BIOS too, from a CD and from a disk.</summary>
public sealed class IsoEfiInitrdFormat : IOutputFormat
{
    private const string Suffix = "-efi-initrd.iso";

    private readonly BootOptions _options;

    /// <summary>Creates the format.</summary>
    /// <param name="options">The boot program; null for the defaults.</param>
    public IsoEfiInitrdFormat(BootOptions? options = null) => _options = options ?? new BootOptions();

    /// <inheritdoc/>
    public string Name => "iso-efi-initrd";

    /// <inheritdoc/>
    public ImmutableArray<string> ArtifactSuffixes { get; } = [Suffix];

    /// <inheritdoc/>
    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var kernel = context.RequireKernel(Name);
        var initrd = await InitrdImage.GetOrCreateAsync(context, cancellationToken).ConfigureAwait(false);
        var program = BootFiles.UnifiedImage(context, Name, kernel.CommandLine, kernel, initrd, _options, cancellationToken);
        var tree = new FileTreeBuilder(IsoRoot.Directory(context));
        tree.Add(BootFiles.Kernel, IsoRoot.File(context, kernel.Kernel));
        tree.Add(BootFiles.Initrd, IsoRoot.File(context, initrd));
        var bios = new IsoBiosBoot(BootFiles.Kernel, kernel.Kernel, BootFiles.Initrd, initrd, IsoCommandLine.Create(kernel.CommandLine)).WherePossible(context, Name);
        var options = IsoEfiBoot.AddTo(IsoRoot.Options(context, Name, _options), context, program, bios, cancellationToken);
        var image = Iso9660Image.Create(tree.Build(), options, cancellationToken);
        await context.WriteArtifactAsync(Suffix, image.Content, cancellationToken).ConfigureAwait(false);
    }
}
