using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;

namespace ReproBuild.Build.Tests.Real;

/// <summary>The tree of a real image.</summary>
internal static class RealTree
{
    public static async Task<FileTree> ReadAsync(RegistryImageSource images, string reference, string architecture, CancellationToken cancellationToken)
    {
        var image = await images.GetImageAsync(ImageReference.Parse(reference), Platform.Linux(architecture), cancellationToken);
        var layers = new List<Layer>();
        for (var i = 0; i < image.LayerCount; i++)
        {
            layers.Add(await image.GetLayerAsync(i, null, cancellationToken));
        }

        return LayerApplier.Apply(layers, InputLimits.Default, cancellationToken);
    }
}
