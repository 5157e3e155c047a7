using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Layers;

/// <summary>Removes entries of lower layers, and never those of the layer that is being applied.</summary>
/// <remarks>
/// Whiteouts may come before or after the entries of their own layer and "MUST only apply to resources in lower/parent layers"
/// (OCI image specification 1.1, layer.md, "Whiteouts"). So what the layer puts into the tree is stamped: with a number that is higher for
/// later entries, and higher for every entry of this layer than for any of those below.
/// </remarks>
/// <param name="lower">The highest stamp of the layers below.</param>
internal sealed class LowerLayers(int lower)
{
    // Of what is there only because an entry of this layer is below it.
    private readonly int _implied = lower + 1;

    // The directories in which nothing of lower layers is left.
    private readonly HashSet<FileTreeEntry> _cleared = [];

    /// <summary>The highest stamp of a layer with a number of entries.</summary>
    public int Last(int entries) => _implied + entries;

    /// <summary>Notes that an entry of this layer made or changed something in the tree.</summary>
    public void Protect(FileTreeEntry node, int entry)
    {
        node.Stamp = StampOf(entry);
        for (var parent = node.Parent; parent?.Stamp <= lower; parent = parent.Parent)
        {
            parent.Stamp = _implied;
        }
    }

    /// <summary>Whether something is there because of an entry of this layer that comes after another.</summary>
    public bool IsLater(FileTreeEntry? node, int entry) => node?.Stamp > StampOf(entry);

    /// <summary>Removes everything of lower layers inside a directory, not the directory itself.</summary>
    public void Clear(FileTreeEntry directory)
    {
        if (directory.Inode.IsDirectory && _cleared.Add(directory))
        {
            foreach (var child in directory.CopyChildren())
            {
                Remove(child);
            }
        }
    }

    /// <summary>Removes a name of lower layers and everything below it.</summary>
    public void Remove(FileTreeEntry node)
    {
        var pending = new Stack<FileTreeEntry>([node]);
        while (pending.TryPop(out var next))
        {
            if (next.Stamp <= lower)
            {
                next.Parent!.RemoveChild(next);
            }
            else if (next.Inode.IsDirectory)
            {
                // Only implied by this layer's entries: if the whiteout had come first, it would have been made anew.
                next.Inode = next.Stamp != _implied ? next.Inode : Inode.ImplicitDirectory;
                foreach (var child in _cleared.Add(next) ? next.CopyChildren() : [])
                {
                    pending.Push(child);
                }
            }
        }
    }

    private int StampOf(int entry) => _implied + 1 + entry;
}
