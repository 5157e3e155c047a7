using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>Writes the inodes and the directories of a tree.</summary>
/// <remarks>
/// Directories are taken from the last to the first, so that what is below a directory is done before it. The inodes of a directory's
/// entries are written side by side, then its listing; its own inode follows with those of its parent's entries, the root's at the end.
/// </remarks>
internal sealed class SquashFsTreeWriter
{
    private readonly FileTreeEntry[] _directories;
    private readonly SquashFsInodeNumbers _numbers;
    private readonly SquashFsReference?[] _inodes;
    private readonly SquashFsData _data;
    private readonly SquashFsInodeWriter _inodeWriter;
    private readonly SquashFsDirectoryWriter _directoryWriter;
    private readonly Dictionary<FileTreeEntry, SquashFsListing> _listings = [];

    public SquashFsTreeWriter(FileTree tree, SquashFsData data, SquashFsInodeWriter inodeWriter, SquashFsDirectoryWriter directoryWriter)
    {
        _directories = [tree.Root, .. tree.Entries.Where(static e => e.Inode.IsDirectory)];
        _numbers = new SquashFsInodeNumbers(tree.Root, _directories);
        _inodes = new SquashFsReference?[_numbers.Count];
        (_data, _inodeWriter, _directoryWriter) = (data, inodeWriter, directoryWriter);
    }

    public int InodeCount => _numbers.Count;

    public SquashFsReference Root => _inodes[0]!.Value;

    public void Write(CancellationToken cancellationToken)
    {
        foreach (var directory in Enumerable.Reverse(_directories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var names = new SquashFsListedName[directory.Children.Length];
            for (var i = 0; i < names.Length; i++)
            {
                var child = directory.Children[i];
                names[i] = new SquashFsListedName(child, _numbers[child], WriteInode(child, _numbers[directory]));
            }

            _listings.Add(directory, _directoryWriter.Write(names));
        }

        WriteInode(_directories[0], parent: _numbers[_directories[0]]);
    }

    /// <summary>The export table: where the inode of each number lies.</summary>
    public byte[] EncodeInodes()
    {
        var bytes = new byte[_inodes.Length * sizeof(ulong)];
        var record = new SquashFsRecord(bytes);
        foreach (var inode in _inodes)
        {
            record.UInt64(inode!.Value.Value);
        }

        return bytes;
    }

    /// <summary>Writes the inode of a name, unless another of its names has been there before.</summary>
    private SquashFsReference WriteInode(FileTreeEntry entry, uint parent)
    {
        var number = _numbers[entry];
        if (_inodes[number - 1] is { } written)
        {
            return written;
        }

        var position = _inodeWriter.Position;
        _inodes[number - 1] = position;
        switch (entry.Inode.Type)
        {
            case FileType.Directory:
                _listings.Remove(entry, out var listing);
                _inodeWriter.WriteDirectory(entry, number, parent, listing!);
                break;
            case FileType.RegularFile:
                _inodeWriter.WriteFile(entry, number, _data.Of(entry.Inode));
                break;
            default:
                _inodeWriter.WriteOther(entry, number);
                break;
        }

        return position;
    }
}
