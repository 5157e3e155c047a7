using System.Collections.Immutable;
using ReproBuild.Outputs.Boot;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>The formats with an ISO 9660 volume, by LinuxKit's names.</summary>
internal static class IsoFormats
{
    public static ImmutableArray<IOutputFormat> Create(BootOptions options) =>
        [new IsoBiosFormat(options), new IsoEfiFormat(options), new IsoEfiInitrdFormat(options), new KernelIsoFormat(options)];
}
