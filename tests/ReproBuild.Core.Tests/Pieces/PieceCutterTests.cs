using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Pieces;
using ReproBuild.Core.Tests.Compression;

namespace ReproBuild.Core.Tests.Pieces;

/// <summary>Where a stream of entries is cut, and what is known of the pieces.</summary>
public sealed class PieceCutterTests
{
    private const int MiB = PieceFormat.PieceLength;

    private static readonly (string Name, int Size)[] Entries =
        [.. Enumerable.Range(0, 900).Select(static i => (i.ToString("D4", CultureInfo.InvariantCulture), i % 97 == 50 ? (2 * MiB) + i : (i * 7919) % 30_000))];

    [Fact]
    public void The_pieces_are_the_stream_and_none_is_empty_or_too_long()
    {
        var pieces = Cut(Entries);
        var stream = Entries.SelectMany(static entry => (byte[])[.. Encoding.ASCII.GetBytes(entry.Name), .. Data(entry)]).ToArray();

        Assert.True(Bytes(ContentPiece.Join(pieces)).AsSpan().SequenceEqual(stream), "The pieces together are not the stream.");
        Assert.All(pieces, static piece => Assert.InRange(piece.Content.Length, 1, MiB));
        Assert.InRange(pieces.Count(static piece => piece.Content.Length < MiB), 20, 200);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(333)]
    [InlineData(444)]
    [InlineData(899)]
    public void An_entry_that_comes_goes_or_changes_leaves_nearly_all_other_pieces(int index)
    {
        var before = Cut(Entries).Select(static piece => Hash(piece)).ToList();
        var changes = new Dictionary<string, IEnumerable<(string, int)>>
        {
            ["gone"] = [.. Entries[..index], .. Entries[(index + 1)..]],
            ["come"] = [.. Entries[..index], ("new", 1234), .. Entries[index..]],
            ["changed"] = [.. Entries[..index], (Entries[index].Name, Entries[index].Size + 4), .. Entries[(index + 1)..]],
        };
        foreach (var (change, entries) in changes)
        {
            var after = Cut(entries).Select(static piece => Hash(piece)).ToList();
            Assert.True(after.Except(before).Count() is > 0 and <= 4, $"{change}: {after.Except(before).Count()} of {after.Count} pieces are new.");
        }
    }

    [Fact]
    public void Large_files_with_equal_data_have_equal_pieces_whatever_is_around_them()
    {
        var large = (5 * MiB) + 321;
        var data = Known(Corpus.Make("mixed", large));
        using var cutter = new PieceCutter();
        foreach (var name in (string[])["one", "another"])
        {
            Add(cutter, name, FileContent.FromBytes(Corpus.Make("mixed", name.Length * 100)));
            Add(cutter, name + "/large", data);
        }

        var counts = cutter.Finish().GroupBy(static piece => Convert.ToHexString(piece.Identity.Span)).Select(static same => same.Count());
        Assert.Equal(6, counts.Count(static count => count == 2));
    }

    [Fact]
    public void Pieces_of_equal_identity_have_equal_bytes_and_what_differs_differs()
    {
        var seen = new Dictionary<string, string>();
        foreach (var entries in (IEnumerable<(string, int)>[])[Entries, Entries.Reverse(), Entries.Where(static entry => entry.Size % 3 != 0)])
        {
            foreach (var piece in Cut(entries))
            {
                var identity = Convert.ToHexString(piece.Identity.Span);
                Assert.Equal(64, identity.Length);
                seen.TryAdd(identity, Hash(piece));
                Assert.Equal(Hash(piece), seen[identity]);
            }
        }

        Assert.Equal(seen.Count, seen.Values.Distinct().Count());
    }

    /// <summary>Bytes that end in one part and begin in the next are not those of other parts.</summary>
    [Fact]
    public void Parts_do_not_run_into_one_another()
    {
        var identities = new List<string>();
        foreach (var parts in (string[][])[["ab", "c"], ["a", "bc"], ["abc", ""], ["", "abc"]])
        {
            using var cutter = new PieceCutter();
            Add(cutter, parts[0], FileContent.FromBytes(Encoding.ASCII.GetBytes(parts[1])));
            identities.Add(Convert.ToHexString(Assert.Single(cutter.Finish()).Identity.Span));
        }

        // The file that is empty is no part.
        Assert.Equal(4, identities.Distinct().Count());
    }

    [Fact]
    public void A_file_that_nobody_hashed_leaves_its_piece_without_an_identity()
    {
        using var cutter = new PieceCutter();
        Add(cutter, "a", new FileContent(new UnknownBlob(), 0, 100));
        Add(cutter, "large", Known(new byte[MiB]));
        Add(cutter, "b", FileContent.FromBytes("b"u8.ToArray()));

        Assert.Equal([0, 32, 32], cutter.Finish().Select(static piece => piece.Identity.Length));
    }

    [Fact]
    public void Holes_are_the_same_in_every_file()
    {
        using var cutter = new PieceCutter();
        Add(cutter, "a", new FileContentBuilder().Append("a"u8.ToArray()).AppendZeros(7L * MiB).Build());
        Add(cutter, "b", new FileContentBuilder().AppendZeros(9L * MiB).Append("b"u8.ToArray()).Build());

        var identities = cutter.Finish().Where(static piece => piece.Content.Length == MiB && !piece.Identity.IsEmpty)
            .Select(static piece => Convert.ToHexString(piece.Identity.Span)).ToList();
        Assert.Equal(15, identities.Count);
        Assert.Single(identities.Distinct());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void An_entry_of_another_length_than_was_said_is_refused(int added)
    {
        using var cutter = new PieceCutter();
        cutter.BeginEntry("a"u8, structureLength: 1, dataLength: 0);
        cutter.Append(new byte[added]);

        Assert.Throws<InvalidOperationException>(() => cutter.BeginEntry("b"u8, 1, 0));
        Assert.Throws<InvalidOperationException>(() => cutter.Finish());
    }

    private static ImmutableArray<ContentPiece> Cut(IEnumerable<(string Name, int Size)> entries)
    {
        using var cutter = new PieceCutter();
        foreach (var entry in entries)
        {
            Add(cutter, entry.Name, Known(Data(entry)));
        }

        return cutter.Finish();
    }

    private static void Add(PieceCutter cutter, string name, FileContent data)
    {
        var bytes = Encoding.ASCII.GetBytes(name);
        cutter.BeginEntry(bytes, bytes.Length, data.Length);
        cutter.Append(bytes);
        cutter.Append(data);
    }

    private static byte[] Data((string Name, int Size) entry)
    {
        var data = new byte[entry.Size];
        new Random(entry.Name.Sum(static c => c) + entry.Size).NextBytes(data);
        return data;
    }

    private static FileContent Known(byte[] bytes) => new FileContent(new ContentOf(bytes), 0, bytes.Length).WithSha256(SHA256.HashData(bytes));

    private static byte[] Bytes(FileContent content)
    {
        var bytes = new byte[content.Length];
        content.Read(0, bytes);
        return bytes;
    }

    private static string Hash(ContentPiece piece) => Convert.ToHexString(SHA256.HashData(Bytes(piece.Content)));

    private sealed class ContentOf(byte[] bytes) : Blob
    {
        public override long Length => bytes.Length;

        public override int Read(long offset, Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, Length - offset);
            bytes.AsSpan((int)offset, count).CopyTo(buffer);
            return count;
        }
    }

    /// <summary>Bytes that must not be read to be cut.</summary>
    private sealed class UnknownBlob : Blob
    {
        public override long Length => 100;

        public override int Read(long offset, Span<byte> buffer) => throw new IOException("It was read.");
    }
}
