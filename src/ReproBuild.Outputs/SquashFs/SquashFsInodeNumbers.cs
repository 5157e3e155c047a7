using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>Numbers inodes from 1: the root, then the entries of each directory side by side, directories in the order of the tree.</summary>
internal sealed class SquashFsInodeNumbers
{
    private readonly Dictionary<FileTreeEntry, uint> _numbers = [];

    public SquashFsInodeNumbers(FileTreeEntry root, IEnumerable<FileTreeEntry> directories)
    {
        _numbers.Add(root, 1);
        foreach (var entry in directories.SelectMany(static d => d.Children))
        {
            _numbers.TryAdd(FirstName(entry), (uint)_numbers.Count + 1);
        }
    }

    public int Count => _numbers.Count;

    public uint this[FileTreeEntry entry] => _numbers[FirstName(entry)];

    private static FileTreeEntry FirstName(FileTreeEntry entry) => entry.HardLinkTarget ?? entry;
}
