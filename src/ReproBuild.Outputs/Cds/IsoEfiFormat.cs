using System.Collections.Immutable;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Cds;

/// <summary>
/// <c>iso-efi</c>: the root file system as an ISO 9660 volume that UEFI boots, and on amd64 a BIOS too, from a CD and from a disk.
/// </summary>
/// <param name="rootDevice">The root device of a command line that names none.</param>
/// <param name="joliet">Whether the volume has Joliet names.</param>
/// <param name="program">What starts the kernel.</param>
/// <param name="isStrict">Whether it is an error that something of the root is lost.</param>
internal sealed class IsoEfiFormat(string rootDevice, bool joliet, UefiProgram program, bool isStrict = false) : IOutputFormat
{
    private const string Suffix = "-efi.iso";

    /// <inheritdoc/>
    public string Name => "iso-efi";

    /// <inheritdoc/>
    public ImmutableArray<string> ArtifactSuffixes { get; } = [Suffix];

    /// <inheritdoc/>
    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var kernel = context.RequireKernel();
        var commandLine = IsoRoot.CommandLine(kernel.CommandLine, rootDevice);
        var image = BootFiles.UnifiedImage(context, kernel, kernel.Microcode, commandLine.Text, program, cancellationToken);
        var bios = IsoRoot.BiosBoot(kernel, commandLine).WherePossible(context, Name);
        var boot = IsoEfiBoot.Create(context, image, bios, cancellationToken);
        var volume = IsoRoot.Create(context, IsoRoot.WithBootFiles(context, kernel), joliet, boot, isStrict, cancellationToken);
        await context.WriteArtifactAsync(Suffix, volume, cancellationToken).ConfigureAwait(false);
    }
}
