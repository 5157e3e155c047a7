namespace ReproBuild.Outputs.Iso9660;

/// <summary>Hands out sectors of the volume, one run after the other.</summary>
internal sealed class SectorAllocator
{
    /// <summary>The sectors handed out so far.</summary>
    public uint Count { get; private set; }

    /// <summary>The first sector of a run that holds so many bytes.</summary>
    /// <exception cref="OutputFormatException">The volume is full.</exception>
    public uint Allocate(long bytes)
    {
        var first = Count;
        var end = first + IsoConstants.SectorsOf(bytes);
        if (end > uint.MaxValue)
        {
            throw new OutputFormatException(
                $"the volume would have {end} sectors of {IsoConstants.SectorSize} bytes, and ISO 9660 counts them in 32 bits. Make the files smaller.");
        }

        Count = (uint)end;
        return first;
    }
}
