using System.Collections.Immutable;
using ReproBuild.Outputs.Boot;

namespace ReproBuild.Outputs.Iso9660;

/// <summary><c>iso-efi</c>: the root file system as an ISO 9660 volume that UEFI boots, and on amd64 a BIOS too, from a CD and from a disk.</summary>
public sealed class IsoEfiFormat : IOutputFormat
{
    private const string Suffix = "-efi.iso";

    private readonly BootOptions _options;

    /// <summary>Creates the format.</summary>
    /// <param name="options">The root device and the boot program; null for the defaults.</param>
    public IsoEfiFormat(BootOptions? options = null) => _options = options ?? new BootOptions();

    /// <inheritdoc/>
    public string Name => "iso-efi";

    /// <inheritdoc/>
    public ImmutableArray<string> ArtifactSuffixes { get; } = [Suffix];

    /// <inheritdoc/>
    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var kernel = context.RequireKernel(Name);
        var commandLine = IsoRoot.CommandLine(kernel.CommandLine, _options);
        var program = BootFiles.UnifiedImage(context, Name, commandLine.Text, kernel, kernel.Microcode, _options, cancellationToken);
        var bios = IsoRoot.BiosBoot(kernel, commandLine).WherePossible(context, Name);
        var options = IsoEfiBoot.AddTo(IsoRoot.Options(context, Name, _options), context, program, bios, cancellationToken);
        await IsoRoot.WriteAsync(context, Suffix, IsoRoot.WithBootFiles(context, kernel), options, cancellationToken).ConfigureAwait(false);
    }
}
