using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot.Kernel;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Outputs.Shared;
using ReproBuild.Outputs.Tar;
using ReproBuild.Outputs.UBoot;

namespace ReproBuild.Outputs.RaspberryPi;

/// <summary><c>rpi3</c>: a tar archive to extract onto the first, FAT partition of an SD card for a Raspberry Pi 3.</summary>
/// <param name="firmware">The firmware; null when there is none.</param>
/// <param name="initrd">How the initrd is written; null for the defaults.</param>
/// <param name="isStrict">Whether it is an error that something of the firmware or of the root is lost.</param>
internal sealed class Rpi3Format(FileTree? firmware, InitrdOptions? initrd = null, bool isStrict = false) : IOutputFormat
{
    private const string Suffix = ".tar";
    private const string Architecture = "arm64";

    private readonly InitrdOptions _options = initrd ?? new InitrdOptions();

    /// <inheritdoc/>
    public string Name => "rpi3";

    /// <inheritdoc/>
    public ImmutableArray<string> ArtifactSuffixes { get; } = [Suffix];

    /// <inheritdoc/>
    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Platform.Architecture != Architecture)
        {
            throw new OutputFormatException($"a Raspberry Pi 3 runs {Architecture}, not {context.Platform.Architecture}. Build for {Architecture}.");
        }

        var files = context.RequireKernel();
        var image = await Rpi3Kernel.UnpackAsync(files.Kernel, context, cancellationToken).ConfigureAwait(false);
        var kernel = Rpi3Kernel.Inspect(image, Rpi3BootScript.DeviceTreeAddress);
        LinuxKernel.CheckCommandLine(files.CommandLine, LinuxKernel.ArmCommandLineLimit);
        var card = new Rpi3Card(new FileTime(context.SourceDateEpoch)).AddFirmware(firmware, isStrict, context.Logger).AddDeviceTrees(context.Root);
        var root = await InitrdImage.GetOrCreateAsync(context, _options, cancellationToken).ConfigureAwait(false);
        var kernelImage = UBootImage.Create(
            kernel.Content,
            new UBootOptions
            {
                Type = UBootImageType.Kernel,
                IsGzip = kernel.IsGzip,
                LoadAddress = kernel.Address,
                EntryPoint = kernel.Address,
                SourceDateEpoch = context.SourceDateEpoch,
            },
            cancellationToken);

        // "Not compressed", however it is: the kernel unpacks it, and U-Boot must not.
        var initrdImage = UBootImage.Create(
            root, new UBootOptions { Type = UBootImageType.RamDisk, SourceDateEpoch = context.SourceDateEpoch }, cancellationToken);
        var script = UBootImage.Create(
            Rpi3BootScript.Create(files.CommandLine, kernelImage.Length, initrdImage.Length),
            new UBootOptions { Type = UBootImageType.Script, Name = "RPi3", SourceDateEpoch = context.SourceDateEpoch },
            cancellationToken);
        card.Add(Rpi3Card.Kernel, kernelImage).Add(Rpi3Card.Initrd, initrdImage).Add(Rpi3Card.Script, script);
        await TarImage.WriteAsync(context, Suffix, card.Build(), cancellationToken).ConfigureAwait(false);
    }
}
