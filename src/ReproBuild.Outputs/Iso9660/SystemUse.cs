namespace ReproBuild.Outputs.Iso9660;

/// <summary>The system use field of a directory record.</summary>
/// <param name="Inline">The entries in the record itself.</param>
/// <param name="Rest">Where the others are, or null when there are none.</param>
internal sealed record SystemUse(byte[] Inline, Continuation? Rest)
{
    public static SystemUse None { get; } = new([], null);

    public int Length => Inline.Length + (Rest is null ? 0 : SystemUseEntry.ContinuationSize);

    /// <summary>Puts as many entries into the record as fit, and the rest into the continuation area.</summary>
    /// <param name="entries">The entries, in order.</param>
    /// <param name="identifierLength">The length of the record's identifier.</param>
    /// <param name="area">Where the rest goes.</param>
    public static SystemUse Place(IReadOnlyList<byte[]> entries, int identifierLength, ContinuationArea area)
    {
        var room = IsoConstants.MaxRecordSize - DirectoryRecord.SystemUseOffset(identifierLength);
        if (entries.Sum(static e => e.Length) <= room)
        {
            return new SystemUse([.. entries.SelectMany(static e => e)], null);
        }

        room -= SystemUseEntry.ContinuationSize;
        var count = 0;
        while (entries[count].Length <= room)
        {
            room -= entries[count].Length;
            count++;
        }

        return new SystemUse([.. entries.Take(count).SelectMany(static e => e)], area.Add([.. entries.Skip(count)]));
    }

    /// <param name="at">Where to; <see cref="Length"/> bytes.</param>
    /// <param name="continuationSector">The first sector of the continuation area.</param>
    public void Write(Span<byte> at, uint continuationSector)
    {
        Inline.CopyTo(at);
        if (Rest is { } rest)
        {
            SystemUseEntry.WriteContinuation(at[Inline.Length..], continuationSector + (uint)rest.Sector, rest.Offset, rest.Length);
        }
    }
}
