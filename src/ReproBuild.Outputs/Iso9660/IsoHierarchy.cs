using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Iso9660.IsoConstants;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>How the entries of one hierarchy are named and described.</summary>
internal interface IHierarchyRules
{
    /// <summary>Names the entries of a directory that the hierarchy holds, in order.</summary>
    List<NamedEntry> Name(FileTreeEntry directory);

    /// <summary>The system use field of an entry's record.</summary>
    SystemUse Describe(NamedEntry named);

    /// <summary>The system use field of the record by which a directory names itself or its parent.</summary>
    /// <param name="directory">The directory that is named.</param>
    /// <param name="isVolumeRoot">Whether it is the first record of the volume's root.</param>
    SystemUse DescribeDots(FileTreeEntry directory, bool isVolumeRoot);
}

/// <summary>One of the two hierarchies of directories: the primary one, or Joliet's.</summary>
internal sealed class IsoHierarchy
{
    private readonly List<IsoDirectory> _directories = [];

    private IsoHierarchy()
    {
    }

    /// <summary>The directories in the order of the path table: by depth, then by parent, then by name (ECMA-119, section 6.9.1).</summary>
    public IReadOnlyList<IsoDirectory> Directories => _directories;

    public IsoDirectory Root => _directories[0];

    /// <summary>Names and describes every directory.</summary>
    /// <exception cref="OutputFormatException">A name or the number of directories does not fit.</exception>
    public static IsoHierarchy Create(FileTree tree, IHierarchyRules rules, CancellationToken cancellationToken)
    {
        var hierarchy = new IsoHierarchy();
        hierarchy._directories.Add(new IsoDirectory(tree.Root, null, SelfIdentifier.ToArray()) { Number = 1 });
        for (var i = 0; i < hierarchy._directories.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hierarchy.Fill(hierarchy._directories[i], rules);
        }

        return hierarchy;
    }

    private void Fill(IsoDirectory directory, IHierarchyRules rules)
    {
        var isRoot = directory.Parent == directory;
        AddDots(directory, directory, SelfIdentifier, rules.DescribeDots(directory.Entry, isRoot));
        AddDots(directory, directory.Parent, ParentIdentifier, rules.DescribeDots(directory.Parent.Entry, isVolumeRoot: false));
        foreach (var named in rules.Name(directory.Entry))
        {
            var child = named.Entry.Inode.IsDirectory ? AddDirectory(directory, named) : null;
            directory.Records.Add(new IsoRecord(named.Entry, child, named.Identifier, rules.Describe(named)));
        }
    }

    private static void AddDots(IsoDirectory directory, IsoDirectory named, ReadOnlySpan<byte> identifier, SystemUse systemUse) =>
        directory.Records.Add(new IsoRecord(named.Entry, named, identifier.ToArray(), systemUse));

    private IsoDirectory AddDirectory(IsoDirectory parent, NamedEntry named)
    {
        if (parent.Number > MaxParentNumber)
        {
            throw new OutputFormatException(
                $"'/{named.Entry.Path.Shown()}' lies in directory number {parent.Number}, and only the first {MaxParentNumber} directories " +
                "of an ISO 9660 volume can have subdirectories. Use another format, such as kernel+squashfs.");
        }

        var child = new IsoDirectory(named.Entry, parent, named.Identifier) { Number = _directories.Count + 1 };
        _directories.Add(child);
        return child;
    }
}
