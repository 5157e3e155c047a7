using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Layers;

/// <summary>Removes entries of lower layers, and never those of the layer that is being applied.</summary>
/// <remarks>
/// Whiteouts may come before or after the entries of their own layer and "MUST only apply to resources in lower/parent layers"
/// (OCI image specification 1.1, layer.md, "Whiteouts"), so this remembers what the layer has put into the tree so far.
/// </remarks>
internal sealed class LowerLayers
{
    private const int Implied = -1;

    // What this layer put into the tree: the entry for each node, or that an entry below it implies it.
    private readonly Dictionary<TreeNode, int> _touched = [];

    // The directories in which nothing of lower layers is left.
    private readonly HashSet<TreeNode> _cleared = [];

    /// <summary>Notes that an entry of this layer made or changed a node.</summary>
    public void Protect(TreeNode node, int entry)
    {
        _touched[node] = entry;
        for (var parent = node.Parent; parent is not null && _touched.TryAdd(parent, Implied); parent = parent.Parent)
        {
        }
    }

    /// <summary>Whether a node is there because of an entry of this layer that comes after another.</summary>
    public bool IsLater(TreeNode? node, int entry) => node is not null && _touched.TryGetValue(node, out var its) && its > entry;

    /// <summary>Removes everything of lower layers inside a directory, not the directory itself.</summary>
    public void Clear(TreeNode directory)
    {
        if (directory.Children is { } children && _cleared.Add(directory))
        {
            foreach (var child in children.Values.ToArray())
            {
                Remove(child);
            }
        }
    }

    /// <summary>Removes a node of lower layers and everything below it.</summary>
    public void Remove(TreeNode node)
    {
        var pending = new Stack<TreeNode>([node]);
        while (pending.TryPop(out var next))
        {
            if (!_touched.TryGetValue(next, out var entry))
            {
                next.Parent!.Children!.Remove(next.Name);
            }
            else if (next.Children is { } children)
            {
                // Only implied by this layer's entries: if the whiteout had come first, it would have been made anew.
                next.Inode = entry != Implied ? next.Inode : Inode.ImplicitDirectory;
                foreach (var child in _cleared.Add(next) ? children.Values.ToArray() : [])
                {
                    pending.Push(child);
                }
            }
        }
    }
}
