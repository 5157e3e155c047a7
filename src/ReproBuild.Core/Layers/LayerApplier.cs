using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Layers;

/// <summary>Applies the layers of an image to one tree (OCI image specification 1.1, layer.md, "Applying Changesets").</summary>
public static class LayerApplier
{
    /// <summary>Applies layers, the lowest first.</summary>
    /// <param name="layers">The layers; their archives are read only when a file's content is.</param>
    /// <param name="limits">What the layers must not exceed; null for <see cref="InputLimits.Default"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>
    /// The tree. Hard links share one <see cref="Inode"/>. A parent directory that no entry names, the root
    /// included, has mode 0755, owner 0:0 and time 0.
    /// </returns>
    /// <exception cref="IntegrityException">
    /// An entry leads out of the root, links to something that does not exist, lies below something that is not a directory, has data outside
    /// its archive, or exceeds a limit; the message names the layer and the entry.
    /// </exception>
    public static FileTree Apply(IReadOnlyList<Layer> layers, InputLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(layers);
        limits ??= InputLimits.Default;
        var totals = new LayerTotals(limits);
        var tree = new LayeredTree(limits);
        var stamp = 0;
        foreach (var layer in layers)
        {
            totals.Add(layer, cancellationToken);
            stamp = new LayerApplication(tree, layer, stamp, limits, cancellationToken).Run();
        }

        return tree.Build(cancellationToken);
    }
}
