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
        var strict = options.Strict;
        var effort = options.CompressionEffort;
        var initrd = new InitrdOptions { Compression = options.InitrdCompression, Effort = effort, IsStrict = strict };
        return
        [
            new TarFormat(),
            new DockerFormat(),
            new KernelInitrdFormat(initrd),
            new TarKernelInitrdFormat(initrd),
            new KernelSquashFsFormat(options.SquashFsCompression, effort, strict),
            new KernelErofsFormat(options.ErofsCompression, strict),
            new IsoBiosFormat(options.IsoRootDevice, options.IsoJoliet, strict),
            new IsoEfiFormat(options.IsoRootDevice, options.IsoJoliet, program, strict),
            new IsoEfiInitrdFormat(options.IsoJoliet, program, initrd, strict),
            new KernelIsoFormat(options.IsoJoliet, strict),
            .. DiskKind.All.Select(kind => new DiskFormat(kind, program, initrd, effort)),
            new Rpi3Format(options.RaspberryPiFirmware, initrd, strict),
        ];
    }
}
