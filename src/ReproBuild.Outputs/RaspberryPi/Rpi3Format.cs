using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.Boot.Kernel;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Outputs.Tar;
using ReproBuild.Outputs.UBoot;

namespace ReproBuild.Outputs.RaspberryPi;

/// <summary><c>rpi3</c>: a tar archive to extract onto the first, FAT partition of an SD card for a Raspberry Pi 3.</summary>
/// <param name="options">Names the firmware.</param>
public sealed class Rpi3Format(BootOptions options) : IOutputFormat
{
    private const string Suffix = ".tar";
    private const string Architecture = "arm64";

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

        var files = context.RequireKernel(Name);
        var kernel = Rpi3Kernel.Inspect(Name, files.Kernel, Rpi3BootScript.DeviceTreeAddress);
        LinuxKernel.CheckCommandLine(Name, files.CommandLine, LinuxKernel.ArmCommandLineLimit);
        var card = new Rpi3Card(new FileTime(context.SourceDateEpoch)).AddFirmware(options.RaspberryPiFirmware).AddDeviceTrees(context.Root);
        var initrd = await InitrdImage.GetOrCreateAsync(context, cancellationToken).ConfigureAwait(false);
        var kernelImage = UImage.Create(
            kernel.Content,
            Options(context, UImageType.Kernel) with { IsGzip = kernel.IsGzip, LoadAddress = kernel.Address, EntryPoint = kernel.Address },
            cancellationToken);
        var initrdImage = UImage.Create(initrd, Options(context, UImageType.RamDisk), cancellationToken);
        var script = UImage.Create(
            Rpi3BootScript.Create(Name, files.CommandLine, kernelImage.Length, initrdImage.Length),
            Options(context, UImageType.Script) with { Name = "RPi3" },
            cancellationToken);
        card.Add(Rpi3Card.Kernel, kernelImage).Add(Rpi3Card.Initrd, initrdImage).Add(Rpi3Card.Script, script);
        await FileTreeTar.WriteAsync(context, Name, Suffix, card.Build(), cancellationToken).ConfigureAwait(false);
    }

    private static UImageOptions Options(OutputContext context, UImageType type) => new() { Type = type, SourceDateEpoch = context.SourceDateEpoch };
}
