namespace ReproBuild.Core.Tar;

/// <summary>The rules that an entry must keep to be written.</summary>
internal static class TarEntryRules
{
    private const int NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Throws when the entry cannot be written.</summary>
    public static void Check(TarEntry entry)
    {
        CheckNames(entry);
        var isLink = entry.Type is TarEntryType.SymbolicLink or TarEntryType.HardLink;
        var problem =
            !Enum.IsDefined(entry.Type) ? "its type is not a tar entry's" :
            (int)entry.Mode is < 0 or > 0xFFF ? "its mode is outside 0 to 07777" :
            entry.Size < 0 ? "its size is negative" :
            entry.Size > 0 && entry.Type != TarEntryType.RegularFile ? "only a regular file has content" :
            entry.ModificationTime.Nanoseconds is < 0 or >= NanosecondsPerSecond ? "the nanoseconds of its time are outside 0 to 999,999,999" :
            isLink == entry.LinkName.IsEmpty ? "a link, and nothing else, has a target" :
            null;
        if (problem is not null)
        {
            throw Error(entry, problem);
        }

        CheckExtendedAttributes(entry);
        CheckRecords(entry);
    }

    public static OutputFormatException Error(TarEntry entry, string problem) => new($"'{entry.Name.Shown()}' cannot be written: {problem}.");

    private static void CheckNames(TarEntry entry)
    {
        if (entry.Name.IsEmpty || (entry.Type != TarEntryType.Directory && entry.Name.Span.EndsWith("/"u8)))
        {
            throw Error(entry, "its name is empty, or ends in a slash without being a directory's");
        }

        ReadOnlySpan<ByteString> names = [entry.Name, entry.LinkName, entry.UserName, entry.GroupName];
        foreach (var name in names)
        {
            if (name.Span.Contains((byte)0))
            {
                throw Error(entry, $"'{name.Shown()}' contains a NUL byte");
            }
        }
    }

    private static void CheckExtendedAttributes(TarEntry entry)
    {
        var names = new HashSet<ByteString>();
        foreach (var attribute in entry.ExtendedAttributes)
        {
            if (attribute.Name.IsEmpty || attribute.Name.Span.Contains((byte)0) || !names.Add(attribute.Name))
            {
                throw Error(entry, $"the name of the extended attribute '{attribute.Name.Shown()}' is empty, contains a NUL byte, or comes twice");
            }
        }
    }

    private static void CheckRecords(TarEntry entry)
    {
        var keywords = new HashSet<ByteString>();
        foreach (var (keyword, value) in entry.PaxRecords)
        {
            if (keyword.IsEmpty || keyword.Span.ContainsAny((byte)'=', (byte)0) || !keywords.Add(keyword))
            {
                throw Error(entry, $"the keyword of the PAX record '{keyword.Shown()}' is empty, contains '=' or a NUL byte, or comes twice");
            }

            if (PaxKeywords.HasProperty(keyword.Span) || value.IsEmpty)
            {
                throw Error(entry, $"the PAX record '{keyword.Shown()}' has no value, or belongs in a property of the entry");
            }
        }
    }
}
