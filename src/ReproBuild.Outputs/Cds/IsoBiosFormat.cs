using System.Collections.Immutable;
using ReproBuild.Outputs.Boot.Bios;
using ReproBuild.Outputs.Iso9660;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Cds;

/// <summary><c>iso-bios</c>: the root file system as an ISO 9660 volume that a BIOS boots, from a CD and from a disk.</summary>
/// <param name="rootDevice">The root device of a command line that names none.</param>
/// <param name="joliet">Whether the volume has Joliet names.</param>
/// <param name="isStrict">Whether it is an error that something of the root is lost.</param>
internal sealed class IsoBiosFormat(string rootDevice, bool joliet, bool isStrict = false) : IOutputFormat
{
    private const string Suffix = ".iso";

    /// <inheritdoc/>
    public string Name => "iso-bios";

    /// <inheritdoc/>
    public ImmutableArray<string> ArtifactSuffixes { get; } = [Suffix];

    /// <inheritdoc/>
    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var kernel = context.RequireKernel();
        if (!IsoBiosBoot.IsFor(context))
        {
            throw new OutputFormatException($"there is no BIOS on {context.Platform.Architecture}. Choose iso-efi.");
        }

        var bios = IsoRoot.BiosBoot(kernel, IsoRoot.CommandLine(kernel.CommandLine, rootDevice)).Check();
        var signature = IdentifierDerivation.DeriveUInt32(context.Root.ComputeDigest(cancellationToken), "iso disk");
        var boot = new IsoBoot(
            [bios.Image], layout => HybridSystemArea.ForBios(BiosBootProgram.ForDisk(bios.Table(layout)), layout.Length, signature));
        var volume = IsoRoot.Create(context, IsoRoot.WithBootFiles(context, kernel), joliet, boot, isStrict, cancellationToken);
        await context.WriteArtifactAsync(Suffix, volume, cancellationToken).ConfigureAwait(false);
    }
}
