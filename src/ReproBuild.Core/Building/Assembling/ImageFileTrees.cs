using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>The images of a build, resolved and fetched, and the trees that their layers give.</summary>
/// <param name="images">The images by full reference.</param>
/// <param name="layers">The layers of each image, by full reference; only of those that are unpacked.</param>
/// <param name="artifacts">What each volume in OCI format holds, by the volume's name.</param>
/// <param name="limits">What the layers must not exceed.</param>
internal sealed class ImageFileTrees(
    IReadOnlyDictionary<string, IImage> images, IReadOnlyDictionary<string, Layer[]> layers, IReadOnlyDictionary<string, OciArtifact> artifacts, InputLimits limits)
{
    private readonly Dictionary<string, FileTree> _trees = new(StringComparer.Ordinal);

    /// <summary>The image that a reference names.</summary>
    public IImage Image(ImageReference reference) => images[reference.ToString()];

    /// <summary>The image as an OCI layout's contents, for a volume.</summary>
    public OciArtifact Artifact(string volumeName) => artifacts[volumeName];

    /// <summary>
    /// The image's tree, its layers applied. Each call gives inodes of their own, so that an image unpacked in two places is not linked
    /// between them.
    /// </summary>
    /// <exception cref="IntegrityException">The layers do not fit together or exceed a limit; the message names the image.</exception>
    public FileTree Tree(ImageReference reference)
    {
        var key = reference.ToString();
        if (_trees.TryGetValue(key, out var tree))
        {
            return Copy(tree);
        }

        tree = ImageSourceExtensions.ApplyLayers(reference, layers[key], limits);
        _trees.Add(key, tree);
        return tree;
    }

    /// <summary>The same tree of inodes of its own: what was linked stays linked, and nothing is linked to the original.</summary>
    private static FileTree Copy(FileTree tree)
    {
        var copies = new Dictionary<Inode, Inode>(ReferenceEqualityComparer.Instance) { [Inode.ImplicitDirectory] = Inode.ImplicitDirectory };
        var copy = new FileTreeBuilder(tree.Root.Inode);
        foreach (var entry in tree.Entries)
        {
            if (!copies.TryGetValue(entry.Inode, out var inode))
            {
                copies.Add(entry.Inode, inode = entry.Inode.Copy());
            }

            copy.Add(entry.Path, inode, entry.Origin);
        }

        return copy.Build();
    }
}
