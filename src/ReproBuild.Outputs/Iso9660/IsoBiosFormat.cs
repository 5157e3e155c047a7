using System.Collections.Immutable;
using ReproBuild.Core;
using ReproBuild.Core.Building;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.Boot.Bios;

namespace ReproBuild.Outputs.Iso9660;

/// <summary><c>iso-bios</c>: the root file system as an ISO 9660 volume that a BIOS boots, from a CD and from a disk.</summary>
public sealed class IsoBiosFormat : IOutputFormat
{
    private const string Suffix = ".iso";

    /// <summary>How much of the boot image the firmware loads, in sectors of 512 bytes: the boot program alone.</summary>
    private const int ProgramSectors = BiosBootProgram.Size / 512;

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
        if (context.Platform.Architecture != "amd64")
        {
            throw new OutputFormatException(Name, $"there is no BIOS on {context.Platform.Architecture}. Choose iso-efi.");
        }

        var commandLine = IsoRoot.CommandLine(kernel.CommandLine, _options);
        BiosBootProgram.Check(Name, kernel.Kernel, kernel.Microcode, commandLine.Text);
        var signature = IdentifierDerivation.DeriveUInt32(context.Root.ComputeDigest(), "iso disk");
        BiosBootTable Table(Iso9660Layout layout) => IsoRoot.BootTable(layout, kernel, commandLine.Bytes.Length);
        var options = IsoRoot.Options(context, Name, _options) with
        {
            BootImages =
            [
                new Iso9660BootImage
                {
                    Platform = Iso9660BootPlatform.Bios,
                    Length = BiosBootProgram.Size + commandLine.Bytes.Length,
                    LoadSectors = ProgramSectors,
                    CreateContent = layout => new FileContentBuilder().Append(BiosBootProgram.ForCd(Table(layout))).Append(commandLine.Bytes).Build(),
                },
            ],
            CreateSystemArea = layout => HybridSystemArea.ForBios(BiosBootProgram.ForDisk(Table(layout)), layout.Length, signature),
        };
        await IsoRoot.WriteAsync(context, Suffix, IsoRoot.WithBootFiles(context, kernel), options, cancellationToken).ConfigureAwait(false);
    }
}
