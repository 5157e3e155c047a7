using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Cds;

/// <summary>
/// <c>iso-efi-initrd</c>: the kernel and the initrd on an ISO 9660 volume that UEFI boots, and on amd64 a BIOS too, from a CD and from a disk.
/// </summary>
/// <param name="joliet">Whether the volume has Joliet names.</param>
/// <param name="program">What starts the kernel.</param>
/// <param name="initrd">How the initrd is written.</param>
/// <param name="isStrict">Whether it is an error that something of the root is lost.</param>
internal sealed class IsoEfiInitrdFormat(bool joliet, UefiProgram program, InitrdOptions initrd, bool isStrict = false) : IOutputFormat
{
    private const string Suffix = "-efi-initrd.iso";

    /// <inheritdoc/>
    public string Name => "iso-efi-initrd";

    /// <inheritdoc/>
    public ImmutableArray<string> ArtifactSuffixes { get; } = [Suffix];

    /// <inheritdoc/>
    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var kernel = context.RequireKernel();
        var content = await InitrdImage.GetOrCreateAsync(context, initrd, cancellationToken).ConfigureAwait(false);
        var image = BootFiles.UnifiedImage(context, kernel, content, kernel.CommandLine, program, cancellationToken);
        var tree = new FileTreeBuilder(IsoRoot.Directory(context));
        tree.Add(BootFiles.Kernel, IsoRoot.File(context, kernel.Kernel));
        tree.Add(BootFiles.Initrd, IsoRoot.File(context, content));
        var commandLine = IsoCommandLine.Create(kernel.CommandLine);
        var bios = new IsoBiosBoot(BootFiles.Kernel, kernel.Kernel, BootFiles.Initrd, content, commandLine).WherePossible(context, Name);
        var boot = IsoEfiBoot.Create(context, image, bios, cancellationToken);
        var volume = IsoRoot.Create(context, tree.Build(), joliet, boot, isStrict, cancellationToken);
        await context.WriteArtifactAsync(Suffix, volume, cancellationToken).ConfigureAwait(false);
    }
}
