namespace ReproBuild.Core.Tar;

/// <summary>The sparse map of the old GNU format: four runs in the header, 21 in each extension block (GNU tar manual, "Old GNU Format").</summary>
internal static class GnuSparseHeader
{
    private const int NumberLength = 12;
    private const int HeaderRuns = 4;
    private const int ExtensionRuns = 21;

    private static readonly TarField Runs = new(386, HeaderRuns * 2 * NumberLength);
    private static readonly TarField IsExtended = new(482, 1);
    private static readonly TarField RealSize = new(483, NumberLength);
    private static readonly TarField ExtensionRunsField = new(0, ExtensionRuns * 2 * NumberLength);
    private static readonly TarField ExtensionIsExtended = new(504, 1);

    /// <summary>Reads the runs of a header.</summary>
    /// <returns>Whether an extension block follows.</returns>
    public static bool ReadHeader(TarHeader header, SparseMapBuilder map, out long realSize)
    {
        if (!TarNumber.TryParse(RealSize.Of(header.Block), out realSize) || realSize < 0)
        {
            throw header.Location.Malformed("the real size of a sparse file is not a number");
        }

        ReadRuns(Runs.Of(header.Block), map, header.Location);
        return IsExtended.Of(header.Block)[0] != 0;
    }

    /// <summary>Reads the runs of an extension block.</summary>
    /// <returns>Whether another one follows.</returns>
    public static bool ReadExtension(ReadOnlySpan<byte> block, SparseMapBuilder map, TarLocation location)
    {
        ReadRuns(ExtensionRunsField.Of(block), map, location);
        return ExtensionIsExtended.Of(block)[0] != 0;
    }

    // The first run without a length field is the end of the list.
    private static void ReadRuns(ReadOnlySpan<byte> runs, SparseMapBuilder map, TarLocation location)
    {
        for (; !runs.IsEmpty && runs[NumberLength] != 0; runs = runs[(2 * NumberLength)..])
        {
            if (!TarNumber.TryParse(runs[..NumberLength], out var offset)
                || !TarNumber.TryParse(runs.Slice(NumberLength, NumberLength), out var length))
            {
                throw location.Malformed("a sparse map contains something that is not a number");
            }

            map.Add(offset, length);
        }
    }
}
