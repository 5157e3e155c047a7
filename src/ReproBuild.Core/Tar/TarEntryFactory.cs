using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tar;

/// <summary>Makes an entry from its header and the extended headers before it, and checks it against the limits.</summary>
internal static class TarEntryFactory
{
    /// <summary>The entry; <see cref="TarEntry.Size"/> is the size in the archive, and a sparse file's map is still to be read.</summary>
    public static TarEntry Create(TarHeader header, PaxAttributes pax, PaxSparseRecords? sparse, ExtendedHeaders extended)
    {
        var name = NameOf(header, pax, sparse, extended);
        var type = TarTypeFlags.ToEntryType(header.TypeFlag, name) ??
            throw (header.Location with { Name = name }).Unsupported($"an entry has the unknown type flag 0x{header.TypeFlag:x2}");
        var isLink = type is TarEntryType.SymbolicLink or TarEntryType.HardLink;
        var isDevice = type is TarEntryType.CharacterDevice or TarEntryType.BlockDevice;
        return new TarEntry
        {
            Type = type,
            Name = name,
            Mode = header.Mode,
            UserId = pax.UserId ?? header.UserId,
            GroupId = pax.GroupId ?? header.GroupId,
            UserName = pax.UserName ?? header.UserName,
            GroupName = pax.GroupName ?? header.GroupName,
            ModificationTime = pax.ModificationTime ?? new FileTime(header.ModificationTime),
            Size = TarTypeFlags.HasData(header.TypeFlag, type) ? pax.Size ?? header.Size : 0,
            LinkName = !isLink ? default : !extended.LongLinkName.IsEmpty ? extended.LongLinkName : pax.LinkPath ?? header.LinkName,
            DeviceMajor = isDevice ? pax.DeviceMajor ?? header.DeviceMajor : 0,
            DeviceMinor = isDevice ? pax.DeviceMinor ?? header.DeviceMinor : 0,
            ExtendedAttributes = pax.ExtendedAttributes,
            PaxRecords = pax.Others,
        };
    }

    /// <summary>Checks the entry's names and size.</summary>
    public static void Check(TarEntry entry, InputLimits limits, TarLocation location)
    {
        if (entry.Name.IsEmpty)
        {
            throw location.Malformed("an entry has no name");
        }

        if (entry.LinkName.IsEmpty && entry.Type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
        {
            throw location.Malformed("a link has no target");
        }

        CheckLength("the path has bytes", entry.Name.Length, nameof(InputLimits.MaxPathLength), limits.MaxPathLength, location);
        CheckLength("the link target has bytes", entry.LinkName.Length, nameof(InputLimits.MaxPathLength), limits.MaxPathLength, location);
        foreach (var range in entry.Name.Span.Split((byte)'/'))
        {
            var length = range.End.Value - range.Start.Value;
            CheckLength("a component of the path has bytes", length, nameof(InputLimits.MaxNameLength), limits.MaxNameLength, location);
        }

        CheckLength("the file has bytes", entry.Size, nameof(InputLimits.MaxArchiveSize), limits.MaxArchiveSize, location);
    }

    // Go's order, which the programs that make and read images follow: GNU's long name wins over a PAX path.
    private static ByteString NameOf(TarHeader header, PaxAttributes pax, PaxSparseRecords? sparse, ExtendedHeaders extended) =>
        sparse is { Name.IsEmpty: false } ? sparse.Name : !extended.LongName.IsEmpty ? extended.LongName : pax.Path ?? header.Name;

    private static void CheckLength(string what, long count, string limit, long maximum, TarLocation location)
    {
        if (count > maximum)
        {
            throw location.TooLarge(what, count, limit, maximum);
        }
    }
}
