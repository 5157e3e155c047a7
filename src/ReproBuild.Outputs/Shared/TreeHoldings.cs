using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Shared;

/// <summary>What a format holds of that which a tree can do without. Unless told otherwise it holds all of it.</summary>
/// <param name="Format">What messages call the format.</param>
internal sealed record TreeHoldings(string Format)
{
    /// <summary>The time that the format writes for a time.</summary>
    public Func<FileTime, FileTime> Time { get; init; } = static time => time;

    /// <summary>Whether it has room for an extended attribute of that name.</summary>
    public Func<ByteString, bool> HoldsAttribute { get; init; } = static _ => true;

    /// <summary>Whether it holds owners and permissions. Without them readers show files of 0:0 that everybody reads.</summary>
    public bool HasOwners { get; init; } = true;

    /// <summary>Whether two names can have one inode.</summary>
    public bool HasHardLinks { get; init; } = true;

    /// <summary>Whether entries other than directories and regular files are kept; the format leaves them out else.</summary>
    public bool HasSpecialFiles { get; init; } = true;

    /// <summary>Whole seconds from 1970-01-01T00:00:00Z to 2106-02-07T06:28:15Z, the nearest of them for other times.</summary>
    public static FileTime UnsignedSeconds(FileTime time) => new(Math.Clamp(time.Seconds, 0, uint.MaxValue));
}
