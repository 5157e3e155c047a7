using System.Collections.Immutable;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.Boot.Bios;

namespace ReproBuild.Outputs.Iso9660;

/// <summary><c>iso-bios</c>: the root file system as an ISO 9660 volume that a BIOS boots, from a CD and from a disk.</summary>
public sealed class IsoBiosFormat : IOutputFormat
{
    private const string Suffix = ".iso";

    private readonly BootOptions _options;

    /// <summary>Creates the format.</summary>
    /// <param name="options">The root device; null for the defaults.</param>
    public IsoBiosFormat(BootOptions? options = null) => _options = options ?? new BootOptions();

    /// <inheritdoc/>
    public string Name => "iso-bios";

    /// <inheritdoc/>
    public ImmutableArray<string> ArtifactSuffixes { get; } = [Suffix];

    /// <inheritdoc/>
    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var kernel = context.RequireKernel(Name);
        if (!IsoBiosBoot.IsFor(context))
        {
            throw new OutputFormatException($"there is no BIOS on {context.Platform.Architecture}. Choose iso-efi.");
        }

        var boot = IsoRoot.BiosBoot(kernel, IsoRoot.CommandLine(kernel.CommandLine, _options)).Check(Name);
        var signature = IdentifierDerivation.DeriveUInt32(context.Root.ComputeDigest(cancellationToken), "iso disk");
        var options = IsoRoot.Options(context, Name, _options) with
        {
            BootImages = [boot.Image],
            CreateSystemArea = layout => HybridSystemArea.ForBios(BiosBootProgram.ForDisk(boot.Table(layout)), layout.Length, signature),
        };
        await IsoRoot.WriteAsync(context, Suffix, IsoRoot.WithBootFiles(context, kernel), options, cancellationToken).ConfigureAwait(false);
    }
}
