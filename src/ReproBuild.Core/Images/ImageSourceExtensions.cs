using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;

namespace ReproBuild;

/// <summary>Uses of an image source outside a build.</summary>
public static class ImageSourceExtensions
{
    /// <summary>The file tree of an image, its layers applied, such as one with a board's firmware.</summary>
    /// <param name="source">Where the image comes from; the tree is readable until the source is disposed.</param>
    /// <param name="reference">The image.</param>
    /// <param name="platform">The platform to take from an index.</param>
    /// <param name="limits">What the layers must not exceed; null for <see cref="InputLimits.Default"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="IntegrityException">
    /// The layers do not fit together or exceed a limit; the message names the image, the layer and the entry.
    /// </exception>
    /// <exception cref="ReproBuildException">The image cannot be found, reached or verified; the message names it.</exception>
    public static async Task<FileTree> GetFileTreeAsync(
        this IImageSource source,
        ImageReference reference,
        Platform platform,
        InputLimits? limits = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(platform);
        var image = await source.GetImageAsync(reference, platform, cancellationToken).ConfigureAwait(false);
        var totals = new LayerTotals(limits ?? InputLimits.Default);
        var layers = new Layer[image.LayerCount];
        for (var i = 0; i < layers.Length; i++)
        {
            layers[i] = await image.GetLayerAsync(i, progress: null, cancellationToken).ConfigureAwait(false);
            Add(reference, layers[i], totals, cancellationToken);
        }

        return ApplyLayers(reference, layers, limits ?? InputLimits.Default, cancellationToken);
    }

    /// <exception cref="IntegrityException">The layers do not fit together or exceed a limit; the message names the image.</exception>
    internal static FileTree ApplyLayers(ImageReference reference, Layer[] layers, InputLimits limits, CancellationToken cancellationToken) =>
        Named(reference, () => LayerApplier.Apply(layers, limits, cancellationToken));

    /// <summary>Counts a layer as soon as it is there, so that no more are fetched than fit.</summary>
    /// <inheritdoc cref="ApplyLayers" path="/exception"/>
    internal static void Add(ImageReference reference, Layer layer, LayerTotals totals, CancellationToken cancellationToken) =>
        Named(reference, () =>
        {
            totals.Add(layer, cancellationToken);
            return layer;
        });

    private static T Named<T>(ImageReference reference, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (IntegrityException e)
        {
            throw new IntegrityException($"{reference}: {e.Message}", e);
        }
    }
}
