using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>Gives inodes that are newer than the build's time that time (reproducible-builds.org, "SOURCE_DATE_EPOCH": clamp, do not set).</summary>
internal sealed class ModificationTimeClamp(FileTime latest)
{
    private readonly Dictionary<Inode, Inode> _clamped = new(ReferenceEqualityComparer.Instance);

    /// <summary>The inode itself when it is old enough; else one with the build's time, the same for every name of the inode.</summary>
    public Inode Apply(Inode inode)
    {
        if (inode.ModificationTime <= latest)
        {
            return inode;
        }

        if (!_clamped.TryGetValue(inode, out var clamped))
        {
            _clamped.Add(inode, clamped = inode.WithTime(latest));
        }

        return clamped;
    }
}
