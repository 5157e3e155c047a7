using System.Collections.Immutable;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.Disks;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Outputs.Iso9660;
using ReproBuild.Outputs.RaspberryPi;
using ReproBuild.Outputs.SquashFs;
using ReproBuild.Outputs.Tar;

namespace ReproBuild;

/// <summary>The output formats of this package.</summary>
public static class StandardOutputFormats
{
    /// <summary>Every format, with its default options.</summary>
    public static ImmutableArray<IOutputFormat> All { get; } = Create(new BootOptions());

    /// <summary>Every format, those that boot with the given options.</summary>
    /// <param name="boot">The options.</param>
    public static ImmutableArray<IOutputFormat> Create(BootOptions boot)
    {
        ArgumentNullException.ThrowIfNull(boot);
        return
        [
            new TarFormat(),
            new DockerFormat(),
            new KernelInitrdFormat(),
            new TarKernelInitrdFormat(),
            new KernelSquashFsFormat(),
            new KernelErofsFormat(),
            .. IsoFormats.Create(boot),
            .. DiskFormats.Create(boot),
            new Rpi3Format(boot),
        ];
    }
}
