using System.Globalization;

namespace ReproBuild.Core.Tar;

/// <summary>Decides which PAX records an entry needs: for values that do not fit into its ustar header or have no place there.</summary>
internal static class PaxRequirements
{
    /// <summary>The records, ordered by keyword; none when the ustar header says everything.</summary>
    public static IReadOnlyCollection<PaxRecord> Of(TarEntry entry)
    {
        var records = new SortedDictionary<ByteString, PaxRecord>();
        AddNames(records, entry);
        AddNumbers(records, entry);
        foreach (var attribute in entry.ExtendedAttributes)
        {
            var record = PaxXattr.ToRecord(attribute);
            records.Add(record.Keyword, record);
        }

        foreach (var record in entry.PaxRecords)
        {
            if (!PaxKeywords.IsAccessOrChangeTime(record.Keyword))
            {
                records.Add(record.Keyword, record);
            }
        }

        return records.Values;
    }

    private static void AddNames(SortedDictionary<ByteString, PaxRecord> records, TarEntry entry)
    {
        AddName(PaxKeywords.Path, entry.Name, UstarName.TrySplit(entry.Name.Span, out _));
        AddName(PaxKeywords.LinkPath, entry.LinkName, UstarHeader.Fits(TarFields.LinkName, entry.LinkName, terminated: false));
        AddName(PaxKeywords.UserName, entry.UserName, UstarHeader.Fits(TarFields.UserName, entry.UserName, terminated: true));
        AddName(PaxKeywords.GroupName, entry.GroupName, UstarHeader.Fits(TarFields.GroupName, entry.GroupName, terminated: true));

        // Values are UTF-8 unless this record says that they are of no encoding (POSIX.1-2017, pax, "hdrcharset").
        if (records.Values.Any(static record => !record.Value.TryGetUtf8(out _)))
        {
            Add(records, PaxKeywords.HeaderCharset, PaxKeywords.Binary);
        }

        // Header fields are ASCII: other bytes mean something only in a record.
        void AddName(ByteString keyword, ByteString name, bool fits)
        {
            if (!fits || name.Span.ContainsAnyExceptInRange((byte)0, (byte)0x7F))
            {
                Add(records, keyword, name);
            }
        }
    }

    private static void AddNumbers(SortedDictionary<ByteString, PaxRecord> records, TarEntry entry)
    {
        AddNumber(PaxKeywords.UserId, TarFields.UserId, entry.UserId);
        AddNumber(PaxKeywords.GroupId, TarFields.GroupId, entry.GroupId);
        AddNumber(PaxKeywords.Size, TarFields.Size, entry.Size);
        AddNumber(PaxKeywords.DeviceMajor, TarFields.DeviceMajor, entry.DeviceMajor);
        AddNumber(PaxKeywords.DeviceMinor, TarFields.DeviceMinor, entry.DeviceMinor);
        var time = entry.ModificationTime;
        if (time.Nanoseconds != 0 || !TarNumber.FitsOctal(TarFields.ModificationTime, time.Seconds))
        {
            Add(records, PaxKeywords.ModificationTime, PaxTime.Format(time));
        }

        void AddNumber(ByteString keyword, TarField field, long value)
        {
            if (!TarNumber.FitsOctal(field, value))
            {
                Add(records, keyword, value.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    private static void Add(SortedDictionary<ByteString, PaxRecord> records, ByteString keyword, ByteString value) =>
        records.Add(keyword, new PaxRecord(keyword, value));
}
