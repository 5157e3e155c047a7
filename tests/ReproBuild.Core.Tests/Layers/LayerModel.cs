using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.InMemory;

namespace ReproBuild.Core.Tests.Layers;

/// <summary>
/// What layers mean (OCI image specification 1.1, layer.md), written plainly: a layer is a tree of its own with whiteouts in it, and it is laid over the tree of
/// those below. A file is one object, under all its names.
/// </summary>
internal sealed class LayerModel
{
    private readonly SortedDictionary<string, LayerModel> _children = new(StringComparer.Ordinal);
    private readonly HashSet<string> _whiteouts = [];
    private RandomEntry? _entry;
    private bool _isOpaque;

    private bool IsDirectory => _entry is null or { Kind: 'd' };

    /// <summary>The tree of the layers, the lowest first.</summary>
    public static LayerModel Apply(IEnumerable<RandomLayer> layers) =>
        layers.Aggregate(new LayerModel(), static (lower, layer) => Lay(OfLayer(layer), lower));

    /// <summary>A line for each name, in the order of a tree: of several names of a file the later ones tell the first.</summary>
    public string[] Lines()
    {
        var lines = new List<string>();
        var first = new Dictionary<LayerModel, string>();
        Add("", this);
        return [.. lines];

        void Add(string prefix, LayerModel directory)
        {
            foreach (var (name, child) in directory._children)
            {
                var path = prefix + name;
                lines.Add(child.IsDirectory ? $"d {path} {child._entry!.Value}"
                    : child._entry!.Kind == 'l' ? $"l {path}->{child._entry.Value}"
                    : first.TryAdd(child, path) ? $"f {path}={child._entry.Value}"
                    : $"h {path}=>{first[child]}");
                Add(path + "/", child);
            }
        }
    }

    /// <summary>The same lines of what was built.</summary>
    public static string[] Lines(FileTree tree) =>
        [.. TreeListing.Of(tree).Zip(tree.Entries, static (line, entry) => entry.Inode.IsDirectory ? $"{line} {(int)entry.Inode.Mode}" : line)];

    private static LayerModel OfLayer(RandomLayer layer)
    {
        var root = new LayerModel();
        foreach (var entry in layer.Entries.Where(static e => e.Kind is not 'h'))
        {
            var (directory, name) = root.Parent(entry.Path);
            if (entry.Kind == 'o')
            {
                directory._isOpaque = true;
            }
            else if (entry.Kind == 'w')
            {
                directory._whiteouts.Add(name[".wh.".Length..]);
            }
            else
            {
                directory._children[name] = new LayerModel { _entry = entry };
            }
        }

        foreach (var link in layer.Entries.Where(static e => e.Kind is 'h'))
        {
            var (target, targetName) = root.Parent(link.Value);
            var (directory, name) = root.Parent(link.Path);
            directory._children[name] = target._children[targetName];
        }

        return root;
    }

    private (LayerModel Directory, string Name) Parent(string path)
    {
        var names = path.Split('/');
        return (names[..^1].Aggregate(this, static (directory, name) => directory._children[name]), names[^1]);
    }

    /// <summary>A layer's directory over the same of the layers below.</summary>
    private static LayerModel Lay(LayerModel upper, LayerModel? lower)
    {
        var merged = new LayerModel { _entry = upper._entry };
        foreach (var (name, child) in lower is { IsDirectory: true } && !upper._isOpaque ? lower._children : [])
        {
            if (!upper._whiteouts.Contains(name))
            {
                merged._children[name] = child;
            }
        }

        foreach (var (name, child) in upper._children)
        {
            merged._children[name] = child.IsDirectory ? Lay(child, merged._children.GetValueOrDefault(name)) : child;
        }

        return merged;
    }
}
