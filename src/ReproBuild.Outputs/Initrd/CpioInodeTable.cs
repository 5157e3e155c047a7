using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Initrd;

/// <summary>Numbers inodes from 1 in the order of their first names, and counts the names that are still to come.</summary>
internal sealed class CpioInodeTable
{
    private readonly Dictionary<Inode, (uint Number, int NamesLeft)> _linked = new(ReferenceEqualityComparer.Instance);
    private uint _last;

    public (uint Number, bool IsLastName) Next(FileTreeEntry entry)
    {
        if (entry.LinkCount == 1)
        {
            return (++_last, true);
        }

        var (number, left) = entry.HardLinkTarget is null ? (++_last, entry.LinkCount) : _linked[entry.Inode];
        _linked[entry.Inode] = (number, left - 1);
        return (number, left == 1);
    }
}
