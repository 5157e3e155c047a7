using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Erofs.ErofsConstants;

namespace ReproBuild.Outputs.Erofs;

/// <summary>Places every inode and every run of blocks, in tree order, before anything is composed.</summary>
internal sealed class ErofsLayout
{
    private ErofsLayout(List<ErofsNode> nodes) => Nodes = nodes;

    /// <summary>The inodes, the root first: its number must have 16 bits.</summary>
    public IReadOnlyList<ErofsNode> Nodes { get; }

    /// <summary>Where the metadata ends and the blocks of data begin, in bytes.</summary>
    public long MetadataEnd { get; private set; }

    /// <summary>The size of the image in bytes.</summary>
    public long ImageSize { get; private set; }

    /// <exception cref="OutputFormatException">The image would have more blocks than 32-bit addresses reach.</exception>
    public static ErofsLayout Create(FileTree tree, ErofsOptions options, IReadOnlyDictionary<Inode, ErofsCompressedFile> compressed)
    {
        var layout = new ErofsLayout(CreateNodes(tree));
        foreach (var node in layout.Nodes)
        {
            node.Compressed = compressed.GetValueOrDefault(node.Inode);
        }

        layout.PlaceInodes(options.SourceDateEpoch);
        layout.PlaceBlocks();
        return layout;
    }

    private static List<ErofsNode> CreateNodes(FileTree tree)
    {
        var nodes = new List<ErofsNode>();
        var byEntry = new Dictionary<FileTreeEntry, ErofsNode>(ReferenceEqualityComparer.Instance);
        foreach (var entry in tree.Entries.Prepend(tree.Root))
        {
            if (entry.HardLinkTarget is null)
            {
                byEntry[entry] = new ErofsNode(entry, (uint)nodes.Count + 1);
                nodes.Add(byEntry[entry]);
            }
        }

        var parents = new Dictionary<ErofsNode, ErofsNode>(ReferenceEqualityComparer.Instance) { [nodes[0]] = nodes[0] };
        foreach (var node in nodes.Where(static node => node.Inode.IsDirectory))
        {
            var children = node.Entry.Children.Select(child => (child.Name, Node: byEntry[child.HardLinkTarget ?? child])).ToList();
            foreach (var child in children.Where(static child => child.Node.Inode.IsDirectory))
            {
                parents[child.Node] = node;
            }

            node.Directory = new ErofsDirectory(node, parents[node], children);
        }

        return nodes;
    }

    private void PlaceInodes(long buildTime)
    {
        // The first block is only the superblock's: its checksum covers the block, and must not need the contents of files.
        long position = BlockSize;
        foreach (var node in Nodes)
        {
            node.IsExtended = !FitsCompact(node, buildTime);
            var tail = (int)(node.Size % BlockSize);
            node.TailSize = node.Compressed is null && node.BodySize + tail <= BlockSize ? tail : 0;
            position = Align(position, InodeSlotSize);
            // A tail must not cross into another block, and Linux reads a symbolic link's inode and target from one.
            if (node.TailSize > 0 && (position % BlockSize) + node.BodySize + node.TailSize > BlockSize)
            {
                position = Align(position, BlockSize);
            }

            node.Position = position;
            position += node.BodySize + node.IndexSize + node.TailSize;
            ErofsLimits.CheckImageSize(node.Entry, position);
        }

        MetadataEnd = Align(position, BlockSize);
    }

    private void PlaceBlocks()
    {
        var position = MetadataEnd;
        foreach (var node in Nodes)
        {
            var size = node.BlocksSize;
            if (size > 0)
            {
                ErofsLimits.CheckImageSize(node.Entry, size);
                node.FirstBlock = (uint)(position / BlockSize);
                position = Align(position + size, BlockSize);
                ErofsLimits.CheckImageSize(node.Entry, position);
            }
        }

        ImageSize = position;
    }

    /// <summary>A compact inode has the build time for its own, and 16 bits for owners and links, 32 for the size.</summary>
    private static bool FitsCompact(ErofsNode node, long buildTime) =>
        node.Inode.ModificationTime == new FileTime(buildTime)
        && node.Inode.UserId <= ushort.MaxValue
        && node.Inode.GroupId <= ushort.MaxValue
        && node.LinkCount <= ushort.MaxValue
        && node.Size <= uint.MaxValue;

    private static long Align(long position, int alignment) => (position + alignment - 1) / alignment * alignment;
}
