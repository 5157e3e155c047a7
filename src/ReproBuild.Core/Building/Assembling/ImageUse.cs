using System.Collections.Immutable;
using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>One place of the configuration that needs an image.</summary>
/// <param name="Reference">The full reference.</param>
/// <param name="Location">The place, such as <c>services[2]</c>.</param>
/// <param name="Volume">The volume, when it holds the image as an OCI layout; else null.</param>
internal sealed record ImageUse(string Reference, string Location, VolumeConfig? Volume = null)
{
    /// <summary>Every use, in the order of the assembly.</summary>
    public static ImmutableArray<ImageUse> Of(LinuxKitConfig config)
    {
        var uses = ImmutableArray.CreateBuilder<ImageUse>();
        if (config.Kernel?.Image is { } kernel)
        {
            uses.Add(new ImageUse(kernel.ToString(), "kernel"));
        }

        Add(config.Init, static (init, i) => (init.Image, $"init[{i}]"));
        for (var i = 0; i < config.Volumes.Length; i++)
        {
            var volume = config.Volumes[i];
            if (volume.Image is { } image)
            {
                uses.Add(new ImageUse(image.ToString(), $"volume[{i}]", volume.Format == VolumeFormat.Oci ? volume : null));
            }
        }

        Add(config.OnBoot, static (container, i) => (container.Image, $"onboot[{i}]"));
        Add(config.OnShutdown, static (container, i) => (container.Image, $"onshutdown[{i}]"));
        Add(config.Services, static (container, i) => (container.Image, $"services[{i}]"));
        return uses.ToImmutable();

        void Add<T>(ImmutableArray<T> entries, Func<T, int, (ImageReference Image, string Location)> describe)
        {
            for (var i = 0; i < entries.Length; i++)
            {
                var (image, location) = describe(entries[i], i);
                uses.Add(new ImageUse(image.ToString(), location));
            }
        }
    }
}
