using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>Makes identical regular files of different containers one file with several names.</summary>
/// <remarks>
/// Only lower directories of containers take part: each lies below an overlay, which copies a file before it changes, so a change in one container
/// never shows in another. Two identical files of one container stay two: its first is linked with the first ones of the others, its second with
/// the second ones. A file with several names in its container stays as it is, so that whoever looks for the names of such a file finds all.
/// </remarks>
internal static class Deduplication
{
    /// <summary>The tree with the links.</summary>
    /// <exception cref="IOException">A file's content cannot be read.</exception>
    public static FileTree Run(FileTree tree, ImmutableArray<ContainerPlan> containers, CancellationToken cancellationToken)
    {
        var lowers = containers.Where(static container => container is { Unpacks: true, IsReadOnly: false })
            .Select(container => tree.Find(container.OwnImageDirectory)).OfType<FileTreeEntry>().Select(FilesOf).ToList();
        var replacements = FindReplacements(lowers, cancellationToken);
        var result = new FileTreeBuilder(tree.Root.Inode);
        tree.CopyTo(
            result.Root,
            (entry, parent) => FileTreeBuilder.Put(parent, entry.Name, replacements.GetValueOrDefault(entry.Inode, entry.Inode), entry.Origin),
            cancellationToken);
        return result.Finish(cancellationToken);
    }

    /// <summary>The regular files with one name, in tree order.</summary>
    private static List<Inode> FilesOf(FileTreeEntry directory)
    {
        var files = new List<Inode>();
        var left = new Stack<FileTreeEntry>([directory]);
        while (left.TryPop(out var entry))
        {
            if (entry is { Inode.Type: FileType.RegularFile, LinkCount: 1 })
            {
                files.Add(entry.Inode);
            }

            for (var i = entry.Children.Length - 1; i >= 0; i--)
            {
                left.Push(entry.Children[i]);
            }
        }

        return files;
    }

    /// <summary>The files that give way to one of an earlier container.</summary>
    private static Dictionary<Inode, Inode> FindReplacements(List<List<Inode>> lowers, CancellationToken cancellationToken)
    {
        var replacements = new Dictionary<Inode, Inode>(ReferenceEqualityComparer.Instance);
        var lookalikes = FindLookalikes(lowers);
        var firsts = new Dictionary<FileKey, Inode>();
        foreach (var files in lowers)
        {
            var occurrences = new Dictionary<FileKey, int>();
            foreach (var file in files)
            {
                var metadata = FileMetadata.Of(file);
                if (!lookalikes.Contains(metadata))
                {
                    continue;
                }

                var key = new FileKey(metadata, file.Content.GetSha256(cancellationToken), Occurrence: 0);
                key = key with { Occurrence = CollectionsMarshal.GetValueRefOrAddDefault(occurrences, key, out _)++ };
                if (!firsts.TryAdd(key, file))
                {
                    replacements.Add(file, firsts[key]);
                }
            }
        }

        return replacements;
    }

    /// <summary>What files of several containers have in common but for their contents, which need not be looked at for any other file.</summary>
    private static HashSet<FileMetadata> FindLookalikes(List<List<Inode>> lowers)
    {
        var all = new HashSet<FileMetadata>();
        var several = new HashSet<FileMetadata>();
        foreach (var files in lowers)
        {
            several.UnionWith(files.Select(FileMetadata.Of).Distinct().Where(metadata => !all.Add(metadata)));
        }

        return several;
    }

    /// <summary>Everything of a regular file but its content, of which only the length.</summary>
    private readonly record struct FileMetadata(
        long Length, UnixFileMode Mode, uint UserId, uint GroupId, FileTime Time, ValueArray<ExtendedAttribute> Attributes)
    {
        public static FileMetadata Of(Inode file) => new(
            file.Content.Length, file.Mode, file.UserId, file.GroupId, file.ModificationTime, new(file.ExtendedAttributes));
    }

    /// <param name="Metadata">What is not content.</param>
    /// <param name="ContentHash">The SHA-256 of the content.</param>
    /// <param name="Occurrence">How many such files of the same container come before it.</param>
    private readonly record struct FileKey(FileMetadata Metadata, ByteString ContentHash, int Occurrence);
}
