using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>Copies of an inode with something changed. A copy is an inode of its own: it shares no name with the original.</summary>
internal static class InodeCopies
{
    /// <summary>The same tree of inodes of its own: what was linked stays linked, and nothing is linked to the original.</summary>
    public static FileTree WithInodesOfItsOwn(this FileTree tree)
    {
        var copies = new Dictionary<Inode, Inode>(ReferenceEqualityComparer.Instance) { [Inode.ImplicitDirectory] = Inode.ImplicitDirectory };
        var copy = new FileTreeBuilder(tree.Root.Inode);
        foreach (var entry in tree.Entries)
        {
            if (!copies.TryGetValue(entry.Inode, out var inode))
            {
                copies.Add(entry.Inode, inode = Copy(entry.Inode, entry.Inode.ModificationTime, entry.Inode.Content));
            }

            copy.Add(entry.Path, inode, entry.Origin);
        }

        return copy.Build();
    }

    public static Inode WithTime(this Inode inode, FileTime time) => Copy(inode, time, inode.Content);

    public static Inode WithContent(this Inode inode, FileContent content) => Copy(inode, inode.ModificationTime, content);

    private static Inode Copy(Inode inode, FileTime time, FileContent content) => new()
    {
        Type = inode.Type,
        Mode = inode.Mode,
        UserId = inode.UserId,
        GroupId = inode.GroupId,
        ModificationTime = time,
        Content = content,
        LinkTarget = inode.LinkTarget,
        DeviceMajor = inode.DeviceMajor,
        DeviceMinor = inode.DeviceMinor,
        ExtendedAttributes = inode.ExtendedAttributes,
    };
}
