using System.Collections.Immutable;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.Cds;
using ReproBuild.Outputs.Disks;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Outputs.RaspberryPi;
using ReproBuild.Outputs.SquashFs;
using ReproBuild.Outputs.Tar;

namespace ReproBuild;

/// <summary>The output formats of this package.</summary>
public static class StandardOutputFormats
{
    /// <summary>Every format, with the default options.</summary>
    public static ImmutableArray<IOutputFormat> All { get; } = Create(new OutputOptions());

    /// <summary>Every format.</summary>
    /// <param name="options">What can be chosen of them.</param>
    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    public static ImmutableArray<IOutputFormat> Create(OutputOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var program = new UefiProgram(options.UefiStub, options.OsRelease);
        return
        [
            new TarFormat(),
            new DockerFormat(),
            new KernelInitrdFormat(),
            new TarKernelInitrdFormat(),
            new KernelSquashFsFormat(options.SquashFsCompression),
            new KernelErofsFormat(options.ErofsCompression),
            new IsoBiosFormat(options.IsoRootDevice, options.IsoJoliet),
            new IsoEfiFormat(options.IsoRootDevice, options.IsoJoliet, program),
            new IsoEfiInitrdFormat(options.IsoJoliet, program),
            new KernelIsoFormat(options.IsoJoliet),
            .. DiskFormat.CreateAll(program),
            new Rpi3Format(options.RaspberryPiFirmware),
        ];
    }
}
