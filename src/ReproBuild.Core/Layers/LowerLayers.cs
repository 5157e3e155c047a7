using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Layers;

/// <summary>Removes entries of lower layers, and never those of the layer that is being applied.</summary>
/// <remarks>
/// Whiteouts may come before or after the entries of their own layer and "MUST only apply to resources in lower/parent layers"
/// (OCI image specification 1.1, layer.md, "Whiteouts"), so this remembers what the layer has put into the tree so far.
/// </remarks>
internal sealed class LowerLayers
{
    // The nodes that this layer put into the tree, with all their parents.
    private readonly HashSet<TreeNode> _touched = [];

    // The directories that this layer has an entry for.
    private readonly HashSet<TreeNode> _named = [];

    // The directories in which nothing of lower layers is left.
    private readonly HashSet<TreeNode> _cleared = [];

    /// <summary>Notes that an entry of this layer made or changed a node.</summary>
    public void Protect(TreeNode node)
    {
        if (node.Inode.IsDirectory)
        {
            _named.Add(node);
        }

        for (var touched = node; touched is not null && _touched.Add(touched); touched = touched.Parent)
        {
        }
    }

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
            if (!_touched.Contains(next))
            {
                next.Parent!.Children!.Remove(next.Name);
            }
            else if (next.Children is { } children)
            {
                // Only implied by this layer's entries: if the whiteout had come first, it would have been made anew.
                next.Inode = _named.Contains(next) ? next.Inode : Inode.ImplicitDirectory;
                foreach (var child in _cleared.Add(next) ? children.Values.ToArray() : [])
                {
                    pending.Push(child);
                }
            }
        }
    }
}
