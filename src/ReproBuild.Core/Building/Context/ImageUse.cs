using System.Collections.Immutable;
using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Building.Context;

/// <summary>One place in the configuration that needs an image.</summary>
/// <param name="Reference">The image.</param>
/// <param name="Location">The place, such as <c>services[2]</c>.</param>
/// <param name="Volume">The volume, if it contains the image as an OCI layout; otherwise null.</param>
internal sealed record ImageUse(ImageReference Reference, string Location, VolumeConfig? Volume = null)
{
    /// <summary>Every use, in the order of the assembly.</summary>
    public static ImmutableArray<ImageUse> Of(LinuxKitConfig config) =>
    [
        .. config.Kernel?.Image is { } kernel ? [new ImageUse(kernel, "kernel")] : Array.Empty<ImageUse>(),
        .. config.Init.Select(static (init, i) => new ImageUse(init.Image, $"init[{i}]")),
        .. config.Volumes.Select(OfVolume).OfType<ImageUse>(),
        .. OfContainers("onboot", config.OnBoot),
        .. OfContainers("onshutdown", config.OnShutdown),
        .. OfContainers("services", config.Services),
    ];

    private static ImageUse? OfVolume(VolumeConfig volume, int i) => volume.Image is null
        ? null
        : new ImageUse(volume.Image, $"volume[{i}]", volume.Format == VolumeFormat.Oci ? volume : null);

    private static IEnumerable<ImageUse> OfContainers(string section, ImmutableArray<ContainerConfig> containers) =>
        containers.Select((container, i) => new ImageUse(container.Image, $"{section}[{i}]"));
}
