using System.Collections.Immutable;
using ReproBuild.Core;
using ReproBuild.Core.Building;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot;
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

    /// <summary>Where an arm64 kernel is loaded: 512 KiB above the start of memory (Documentation/arch/arm64/booting.rst).</summary>
    private const uint KernelAddress = 0x80000;

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
            throw new OutputFormatException(Name, $"a Raspberry Pi 3 runs {Architecture}, not {context.Platform.Architecture}. Build for {Architecture}.");
        }

        var kernel = context.RequireKernel(Name);
        var card = new Rpi3Card(Name, new FileTime(context.SourceDateEpoch)).AddFirmware(options.RaspberryPiFirmware).AddDeviceTrees(context.Root);
        var initrd = await InitrdImage.GetOrCreateAsync(context, cancellationToken).ConfigureAwait(false);
        var template = new UImageOptions { Type = UImageType.Kernel, SourceDateEpoch = context.SourceDateEpoch };
        card.Add(Rpi3Card.Kernel, UImage.Create(
            kernel.Kernel, template with { IsGzip = IsGzip(kernel.Kernel), LoadAddress = KernelAddress, EntryPoint = KernelAddress }, cancellationToken));
        card.Add(Rpi3Card.Script, UImage.Create(
            Rpi3BootScript.Create(Name, kernel.CommandLine), template with { Type = UImageType.Script, Name = "RPi3" }, cancellationToken));
        card.Add(Rpi3Card.Initrd, UImage.Create(initrd, template with { Type = UImageType.RamDisk }, cancellationToken));
        var artifact = await context.CreateArtifactAsync(Suffix, cancellationToken).ConfigureAwait(false);
        await using (artifact.ConfigureAwait(false))
        {
            await FileTreeTar.WriteAsync(card.Build(), artifact, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsGzip(FileContent kernel)
    {
        Span<byte> start = stackalloc byte[2];
        return kernel.Read(0, start) == 2 && start.SequenceEqual<byte>([0x1f, 0x8b]);
    }
}
