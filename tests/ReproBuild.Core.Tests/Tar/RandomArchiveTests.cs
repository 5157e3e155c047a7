using CsCheck;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Core.Tar;
using ReproBuild.Outputs.Tar;
using ReproBuild.Testing.Randomized;

namespace ReproBuild.Core.Tests.Tar;

/// <summary>The pieces in which streams give their bytes show nowhere.</summary>
public sealed class RandomArchiveTests
{
    private const int Cases = 300;

    private static readonly Gen<RandomTree> Trees = RandomTrees.Any.Where(
        static tree => Array.TrueForAll(tree.Files, static file => !file.Name.Span.StartsWith(".wh."u8)));

    [Fact]
    public Task A_layer_that_arrives_in_any_pieces_is_the_tree_that_was_archived() => RandomCases.CheckAsync(
        Gen.Select(Trees, Gen.Int[0, 10_000]),
        static async random =>
        {
            var (tree, chance) = random;
            var archive = await BytesAsync(tree.Build());
            using var pieces = new PiecesStream(archive, new Random(chance));
            var record = await LayerRecord.ReadAsync(pieces, Digest.OfSha256(archive));
            var layer = new Layer(record.DiffId, Blob.FromBytes(archive), record.Index);
            Assert.Equal(SeenFile.Lines(tree.Seen().Skip(1).Select(Kept)), SeenFile.Lines(SeenFile.Of(LayerApplier.Apply([layer]))));
        },
        Cases);

    [Fact]
    public Task A_content_that_arrives_in_any_pieces_makes_the_same_archive() => RandomCases.CheckAsync(
        Gen.Select(RandomTrees.Content, Gen.Int[0, 10_000]),
        static async random =>
        {
            var (parts, chance) = random;
            var bytes = RandomContent.Join(parts);
            var entry = new TarEntry { Type = TarEntryType.RegularFile, Name = "file", Mode = (UnixFileMode)0b110_100_100, Size = bytes.Length };
            using var expected = new MemoryStream();
            await new TarWriter(expected).WriteAsync(entry, FileContent.FromBytes(bytes));
            using var actual = new MemoryStream();
            using var pieces = new PiecesStream(bytes, new Random(chance));
            await new TarWriter(actual).WriteAsync(entry, pieces);
            Assert.True(expected.ToArray().AsSpan().SequenceEqual(actual.ToArray()), "Other bytes.");
        },
        Cases);

    /// <summary>Linux shows 0777 for every symbolic link, whatever an archive says.</summary>
    private static SeenFile Kept(SeenFile file) => file.Type == FileType.SymbolicLink ? file with { Mode = 0b111_111_111 } : file;

    private static async Task<byte[]> BytesAsync(FileTree tree)
    {
        using var archive = new MemoryStream();
        await (await TarImage.CreateAsync(tree)).CopyToAsync(archive);
        return archive.ToArray();
    }
}
