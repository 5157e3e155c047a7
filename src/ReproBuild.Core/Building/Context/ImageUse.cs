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
        .. config.Kernel is { Image.Length: > 0 } kernel ? [new ImageUse(ImageReference.Parse(kernel.Image), "kernel")] : Array.Empty<ImageUse>(),
        .. config.Init.Select(static (init, i) => new ImageUse(ImageReference.Parse(init.Image), $"init[{i}]")),
        .. config.Volumes.Select(OfVolume).OfType<ImageUse>(),
        .. OfContainers("onboot", config.OnBoot),
        .. OfContainers("onshutdown", config.OnShutdown),
        .. OfContainers("services", config.Services),
    ];

    private static ImageUse? OfVolume(VolumeConfig volume, int i) => volume.Image.Length == 0
        ? null
        : new ImageUse(ImageReference.Parse(volume.Image), $"volume[{i}]", volume.Format == VolumeFormat.Oci ? volume : null);

    private static IEnumerable<ImageUse> OfContainers(string section, ImmutableArray<ContainerConfig> containers) =>
        containers.Select((container, i) => new ImageUse(ImageReference.Parse(container.Image), $"{section}[{i}]"));
}
