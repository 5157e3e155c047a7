using System.Collections.Immutable;
using ReproBuild.Core.Building;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Outputs.Tar;

namespace ReproBuild.Outputs;

/// <summary>The output formats of this package.</summary>
public static class StandardOutputFormats
{
    /// <summary>Every format, with its default options.</summary>
    public static ImmutableArray<IOutputFormat> All { get; } =
    [
        new TarFormat(),
        new DockerFormat(),
        new KernelInitrdFormat(),
        new TarKernelInitrdFormat(),
    ];
}
