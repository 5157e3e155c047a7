using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tar;

/// <summary>What an entry takes beyond its fixed fields, as <see cref="InputLimits.MaxMetadataSize"/> and its siblings count it.</summary>
internal static class MetadataSize
{
    /// <summary>What an extended attribute, a PAX record or a run of a sparse file takes beside its bytes.</summary>
    private const int ItemSize = 64;

    /// <summary>How many bytes an entry's names, attributes, records and sparse map have.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="shared">Attributes and records that are not the entry's own, and take no memory for it.</param>
    public static long Of(TarEntry entry, PaxAttributes shared)
    {
        long size = entry.Name.Length + entry.LinkName.Length + entry.UserName.Length + entry.GroupName.Length;
        foreach (var attribute in entry.ExtendedAttributes == shared.ExtendedAttributes ? [] : entry.ExtendedAttributes)
        {
            size += ItemSize + attribute.Name.Length + attribute.Value.Length;
        }

        foreach (var record in entry.PaxRecords == shared.Others ? [] : entry.PaxRecords)
        {
            size += ItemSize + record.Keyword.Length + record.Value.Length;
        }

        return size + (entry.SparseExtents.IsDefault ? 0 : (long)ItemSize * entry.SparseExtents.Length);
    }

    /// <summary>How many bytes of a sparse file are not in the archive.</summary>
    public static long HolesOf(TarEntry entry)
    {
        if (entry.SparseExtents.IsDefault)
        {
            return 0;
        }

        var holes = entry.Size;
        foreach (DataExtent extent in entry.SparseExtents)
        {
            holes -= extent.Length;
        }

        return holes;
    }
}
