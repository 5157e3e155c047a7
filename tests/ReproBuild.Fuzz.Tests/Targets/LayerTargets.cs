using System.Security.Cryptography;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using static ReproBuild.Fuzz.Tests.Targets.FuzzTarget;

namespace ReproBuild.Fuzz.Tests.Targets;

/// <summary>Layers, from the uncompressed archive to the tree and its files, and their records in the cache.</summary>
internal static class LayerTargets
{
    private static readonly Digest RecordedDiffId = Digest.OfSha256("a recorded layer"u8);

    /// <summary>The input is what a record says after the diff id; what comes before it and the hash at the end are right.</summary>
    public static void ReadRecord(byte[] input)
    {
        byte[] content =
        [
            .. LayerRecordFormat.Magic, LayerRecordFormat.Version, LayerRecordFormat.ReaderVersion,
            SHA256.HashSizeInBytes, .. Convert.FromHexString(RecordedDiffId.Hex), .. input,
        ];
        var record = LayerRecord.Load(new MemoryStream([.. content, .. SHA256.HashData(content)]), RecordedDiffId, Limits);
        var saved = Save(record);
        Must(saved.AsSpan().SequenceEqual(Save(Load(saved, RecordedDiffId))), "a record that is loaded and saved stays the same");

        // The archive that it is of: of the length that the record says, and of other bytes, which must not matter before they are read.
        var archive = new byte[Math.Min(record.Checksums.Length, Limits.MaxArchiveSize)];
        ReadTree([new Layer(RecordedDiffId, Blob.FromBytes(archive), record.Index)]);
    }

    /// <summary>Reads a layer as a build does: its record, the tree, and every file.</summary>
    public static void ReadLayer(byte[] archive)
    {
        var diffId = Digest.OfSha256(archive);
        var record = LayerRecord.ReadAsync(new MemoryStream(archive), diffId, Limits).GetAwaiter().GetResult();
        var saved = Save(record);
        Must(saved.AsSpan().SequenceEqual(Save(Load(saved, diffId))), "a record that is saved and loaded stays the same");
        using var verified = record.Verify(Blob.FromBytes(archive));
        var layer = new Layer(diffId, verified, record.Index);
        ReadTree([layer]);
        ReadTree([layer, layer]);
    }

    private static void ReadTree(IReadOnlyList<Layer> layers)
    {
        var tree = LayerApplier.Apply(layers, Limits);
        tree.ComputeDigest();
        foreach (var entry in tree.Entries)
        {
            entry.Inode.Content.CopyToAsync(Stream.Null).GetAwaiter().GetResult();
            Must(tree.Find(entry.Path) == entry, "an entry is found by its path");
        }
    }

    private static LayerRecord Load(byte[] saved, Digest diffId) =>
        MustRead("A record that was saved", () => LayerRecord.Load(new MemoryStream(saved), diffId, Limits));

    private static byte[] Save(LayerRecord record)
    {
        var stream = new MemoryStream();
        record.Save(stream);
        return stream.ToArray();
    }
}
