using System.Text;
using ReproBuild.Core.Tar;
using static ReproBuild.Fuzz.Tests.Targets.FuzzTarget;

namespace ReproBuild.Fuzz.Tests.Targets;

/// <summary>Archives, whole and with the parts that only some of them have.</summary>
internal static class TarTargets
{
    private const int BlockSize = 512;

    /// <summary>The input is an archive. Checksums are made right where there was one, or hardly any input would come past them.</summary>
    public static void ReadArchive(byte[] input)
    {
        var archive = input.ToArray();
        for (var block = 0; block + BlockSize <= archive.Length; block += BlockSize)
        {
            var header = archive.AsSpan(block, BlockSize);
            if (header[TarFields.Checksum.Offset + 6] == 0 && header[TarFields.Checksum.Offset + 7] == ' ')
            {
                TarChecksum.Write(header);
            }
        }

        if (Rewrite(archive) is { } rewritten)
        {
            Must(rewritten.AsSpan().SequenceEqual(Rewrite(rewritten)), "an archive that was rewritten stays the same");
        }

        LayerTargets.ReadLayer(archive);
    }

    /// <summary>
    /// The input's first byte says whether the records are an entry's or global, whether the rest is raw or lines of records that get their
    /// lengths here, and of what type the entry is.
    /// </summary>
    public static void ReadPaxRecords(byte[] input)
    {
        var kind = input.Length > 0 ? input[0] : 0;
        var records = input.AsSpan(Math.Min(1, input.Length));
        var type = "0125S36\0"u8[(kind >> 2) & 7];
        LayerTargets.ReadLayer(
        [
            .. Entry("extended", (kind & 1) == 0 ? (byte)'x' : (byte)'g', (kind & 2) == 0 ? records : Records(records)),
            .. Entry("file", type, type is (byte)'0' or 0 or (byte)'S' ? Encoding.ASCII.GetBytes("1\n0\n4\nabcd".PadRight(BlockSize, '\0')) : []),
            .. Entry("next", (byte)'0', "next"u8),
        ]);
    }

    /// <summary>The input's first byte says which of GNU's formats the rest is of.</summary>
    public static void ReadSparseFile(byte[] input)
    {
        var kind = input.Length > 0 ? input[0] % 3 : 0;
        var rest = input.AsSpan(Math.Min(1, input.Length));
        LayerTargets.ReadLayer(kind switch
        {
            0 => OldSparse(rest),
            1 => [.. Entry("extended", (byte)'x', Records(rest)), .. Entry("sparse", (byte)'0', "0123456789abcdef"u8)],
            _ =>
            [
                .. Entry("extended", (byte)'x', Records("GNU.sparse.major=1\nGNU.sparse.minor=0\nGNU.sparse.name=s\nGNU.sparse.realsize=4096"u8)),
                .. Entry("sparse", (byte)'0', rest),
            ],
        });
    }

    private static byte[]? Rewrite(byte[] archive)
    {
        try
        {
            var output = new MemoryStream();
            TarRewriter.RewriteAsync(new MemoryStream(archive), output, new TarRewriteOptions { Limits = Limits })
                .GetAwaiter().GetResult();
            return output.ToArray();
        }
        catch (ReproBuildException)
        {
            return null;
        }
    }

    // The old format has its map in the header, from byte 386 to 495, and in blocks before the data that each tell whether another follows.
    private static byte[] OldSparse(ReadOnlySpan<byte> rest)
    {
        const int MapOffset = 386;
        const int MapLength = 109;
        const int MoreInHeader = 96;
        const int MoreInBlock = 504;
        var map = rest[..Math.Min(MapLength, rest.Length)];
        rest = rest[map.Length..];
        var blocks = 0;
        for (var more = map.Length > MoreInHeader ? map[MoreInHeader] : 0; more != 0 && blocks + BlockSize <= rest.Length; blocks += BlockSize)
        {
            more = rest[blocks + MoreInBlock];
        }

        var header = Entry("sparse", (byte)'S', rest[blocks..]).AsSpan(0, BlockSize).ToArray();
        map.CopyTo(header.AsSpan(MapOffset));
        "ustar  \0"u8.CopyTo(header.AsSpan(TarFields.Magic.Offset));
        TarChecksum.Write(header);
        return [.. header, .. rest, .. new byte[TarFields.PaddingOf(rest.Length)]];
    }

    private static byte[] Entry(string name, byte type, ReadOnlySpan<byte> content)
    {
        var entry = new byte[BlockSize + content.Length + TarFields.PaddingOf(content.Length)];
        Encoding.ASCII.GetBytes(name, entry);
        "0000644"u8.CopyTo(entry.AsSpan(TarFields.Mode.Offset));
        TarNumber.WriteOctal(TarFields.Size.Of(entry.AsSpan(0, BlockSize)), content.Length);
        entry[TarFields.TypeFlag.Offset] = type;
        "ustar\000"u8.CopyTo(entry.AsSpan(TarFields.Magic.Offset));
        content.CopyTo(entry.AsSpan(BlockSize));
        TarChecksum.Write(entry.AsSpan(0, BlockSize));
        return entry;
    }

    // A record begins with its length, the length's own digits included.
    private static byte[] Records(ReadOnlySpan<byte> lines)
    {
        var records = new List<byte>();
        foreach (var range in lines.Split((byte)'\n'))
        {
            var length = lines[range].Length + 3;
            length += length >= 10 ? 1 : 0;
            length += length >= 100 ? 1 : 0;
            length += length >= 1000 ? 1 : 0;
            records.AddRange([.. Encoding.ASCII.GetBytes($"{length} "), .. lines[range], (byte)'\n']);
        }

        return [.. records];
    }
}
