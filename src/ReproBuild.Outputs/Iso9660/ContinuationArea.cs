using static ReproBuild.Outputs.Iso9660.IsoConstants;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>Where entries lie in the continuation area, which never crosses a sector.</summary>
/// <param name="Sector">The sector, counted from the beginning of the area.</param>
/// <param name="Offset">The offset in the sector, in bytes.</param>
/// <param name="Length">The length in bytes.</param>
internal sealed record Continuation(int Sector, int Offset, int Length);

/// <summary>What does not fit into directory records: long names, long targets of links, the reference to Rock Ridge.</summary>
internal sealed class ContinuationArea
{
    private readonly List<byte[]> _sectors = [];
    private readonly List<(int Sector, int Offset, Continuation Next)> _chain = [];
    private int _used = SectorSize;

    /// <summary>The length in sectors.</summary>
    public int SectorCount => _sectors.Count;

    /// <summary>Adds the entries of one record; what exceeds a sector continues in another.</summary>
    public Continuation Add(IReadOnlyList<byte[]> entries)
    {
        var length = entries.Sum(static e => e.Length);
        if (length > SectorSize - _used)
        {
            _sectors.Add(new byte[SectorSize]);
            _used = 0;
        }

        var (sector, offset) = (_sectors.Count - 1, _used);
        var limit = length <= SectorSize ? SectorSize : SectorSize - SystemUseEntry.ContinuationSize;
        var count = 0;
        while (count < entries.Count && _used + entries[count].Length <= limit)
        {
            entries[count].CopyTo(_sectors[sector], _used);
            _used += entries[count++].Length;
        }

        if (count < entries.Count)
        {
            var at = _used;
            _used = SectorSize;
            _chain.Add((sector, at, Add([.. entries.Skip(count)])));
            return new Continuation(sector, offset, at + SystemUseEntry.ContinuationSize - offset);
        }

        return new Continuation(sector, offset, length);
    }

    /// <summary>The bytes of the area.</summary>
    /// <param name="firstSector">Where it lies on the volume.</param>
    public byte[] ToBytes(uint firstSector)
    {
        foreach (var (sector, offset, next) in _chain)
        {
            SystemUseEntry.WriteContinuation(_sectors[sector].AsSpan(offset), firstSector + (uint)next.Sector, next.Offset, next.Length);
        }

        return [.. _sectors.SelectMany(static s => s)];
    }
}
