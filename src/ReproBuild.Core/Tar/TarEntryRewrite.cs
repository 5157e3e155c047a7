using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tar;

/// <summary>Makes entries canonical, and changes them as the options say.</summary>
internal sealed class TarEntryRewrite(TarRewriteOptions options)
{
    private readonly ByteString _prefix = CanonicalName.PathOf(options.Prefix);

    /// <summary>The entry with a canonical name and target, and without traces of the host it was made on.</summary>
    public static TarEntry Canonicalize(TarEntry entry) => entry with
    {
        Name = CanonicalName.Of(CanonicalName.PathOf(entry.Name), entry.Type),
        LinkName = entry.Type == TarEntryType.HardLink ? TargetOf(entry) : entry.LinkName,
        UserName = default,
        GroupName = default,
        PaxRecords = [.. entry.PaxRecords.Where(static record => !PaxKeywords.DescribesHost(record.Keyword))],
    };

    /// <summary>Whether the canonical entry stays.</summary>
    public bool Keeps(TarEntry entry) => options.Filter?.Invoke(entry) ?? true;

    /// <summary>Changes a canonical entry.</summary>
    public TarEntry Change(TarEntry entry)
    {
        var owner = new TarOwner(entry.UserId, entry.GroupId);
        owner = options.MapOwner?.Invoke(owner) ?? owner;
        return entry with
        {
            Name = CanonicalName.Of(Prefixed(CanonicalName.PathOf(entry.Name)), entry.Type),
            LinkName = entry.Type == TarEntryType.HardLink ? Prefixed(entry.LinkName) : entry.LinkName,
            ModificationTime = ChangeTime(entry.ModificationTime),
            UserId = owner.UserId,
            GroupId = owner.GroupId,
            PaxRecords =
            [
                .. entry.PaxRecords.Where(record => !options.PaxRecords.Any(extra => extra.Keyword == record.Keyword)),
                .. options.PaxRecords,
            ],
        };
    }

    // A hard link to a directory, the root included, is impossible.
    private static ByteString TargetOf(TarEntry entry) => CanonicalName.Of(CanonicalName.PathOf(entry.LinkName), TarEntryType.HardLink);

    private FileTime ChangeTime(FileTime time) => options.Times switch
    {
        TarTimes.Fix => options.Epoch,
        TarTimes.Clamp when time > options.Epoch => options.Epoch,
        _ => time,
    };

    private ByteString Prefixed(ByteString path) => path.IsEmpty ? _prefix : TreePath.Join(_prefix, path);
}
