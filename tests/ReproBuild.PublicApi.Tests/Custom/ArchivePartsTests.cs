using System.Text;
using System.Text.Json.Nodes;
using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Images;
using ReproBuild.Core.Json;
using ReproBuild.Core.Layers;
using ReproBuild.Core.Tar;

namespace ReproBuild.PublicApi.Tests.Custom;

/// <summary>Archives, layers, compressors and canonical JSON, with the public API only.</summary>
public sealed class ArchivePartsTests
{
    [Fact]
    public async Task An_archive_is_rewritten_in_order_with_other_owners_times_and_names()
    {
        var rewritten = new MemoryStream();
        using var scratch = new ScratchSpace();
        await TarRewriter.RewriteAsync(
            new MemoryStream(await ArchiveAsync()),
            rewritten,
            new TarRewriteOptions
            {
                Order = TarOrder.Sorted,
                Times = TarTimes.Clamp,
                Epoch = new FileTime(10),
                MapOwner = static owner => new TarOwner(owner.UserId + 1, owner.GroupId + 2),
                Filter = static entry => entry.Name != "dropped/",
                Prefix = "root",
                PaxRecords = [new PaxRecord("VENDOR.key", "value")],
            },
            scratch);

        var entries = new List<TarEntry>();
        using var reader = new TarReader(new MemoryStream(rewritten.ToArray()));
        while (await reader.ReadEntryAsync() is { } entry)
        {
            entries.Add(entry);
            using var content = reader.OpenContent();
            Assert.Equal(entry.Size, (await ReadAsync(content)).Length);
        }

        Assert.Equal(["root/a", "root/b"], entries.Select(static e => e.Name.ToString()));
        Assert.Equal((TarEntryType.RegularFile, 1u, 2u, new FileTime(10)), (entries[0].Type, entries[0].UserId, entries[0].GroupId, entries[0].ModificationTime));
        Assert.Equal((TarEntryType.HardLink, "root/a"), (entries[1].Type, entries[1].LinkName.ToString()));
        Assert.Equal((ByteString)"value", entries[0].PaxRecords.Single(static r => r.Keyword == "VENDOR.key").Value);
        Assert.Equal(new ExtendedAttribute("user.note", "n"), entries[0].ExtendedAttributes.Single());
        Assert.Equal(("", ""), (entries[0].UserName.ToString(), entries[0].GroupName.ToString()));
        Assert.NotEqual(TarOrder.AsIs, TarOrder.Sorted);
        Assert.Equal(3, new[] { TarTimes.Keep, TarTimes.Clamp, TarTimes.Fix }.Distinct().Count());
    }

    [Fact]
    public async Task Layers_give_a_tree_and_their_index_can_be_kept()
    {
        var archive = await ArchiveAsync();
        var digest = Digest.OfSha256(archive);
        var saved = new MemoryStream();
        (await LayerRecord.ReadAsync(new MemoryStream(archive), digest)).Save(saved);
        var record = LayerRecord.Load(new MemoryStream(saved.ToArray()), digest);
        var layer = new Layer(record.DiffId, record.Verify(Blob.FromBytes(archive)), record.Index);

        var tree = LayerApplier.Apply([layer]);

        Assert.Equal(["a", "b", "dropped"], tree.Entries.Select(static e => e.Path.ToString()));
        Assert.Equal((archive.Length, 3), (layer.Archive.Length, layer.Index.Entries.Length));
        Assert.True(layer.Index.Entries[^1].DataOffset > 0);
        Assert.True(layer.Index.Entries[^1].SparseExtents.IsDefault);
        Assert.Equal((0, 32), (layer.Index.ContentHash(0).Length, layer.Index.ContentHash(2).Length));
        var index = await LayerIndex.FromTarAsync(new MemoryStream(archive));
        Assert.Equal((3, 0), (index.Entries.Length, index.ContentHash(2).Length));
    }

    [Fact]
    public void Bytes_that_change_after_they_were_verified_are_not_read()
    {
        var bytes = new byte[BlockChecksums.BlockSize + 1];
        var builder = new BlockChecksumBuilder();
        builder.Append(bytes);
        Assert.Equal(bytes.Length, builder.Length);
        var computed = builder.Build();
        using var blob = new VerifiedBlob(Blob.FromBytes(bytes), new BlockChecksums(computed.Length, computed.Values), "It");
        Assert.Equal((1, bytes.Length), (blob.Read(bytes.Length - 1, new byte[2]), blob.Length));

        bytes[0] = 1;
        Assert.Throws<IntegrityException>(() => blob.Read(0, new byte[1]));
        blob.Dispose();
        Assert.Throws<ObjectDisposedException>(() => blob.Read(bytes.Length - 1, new byte[1]));
    }

    [Fact]
    public void An_entry_that_cannot_be_written_is_found_before()
    {
        TarWriter.Check(new TarEntry { Type = TarEntryType.Directory, Name = "d/" });
        Assert.Throws<OutputFormatException>(() => TarWriter.Check(new TarEntry { Type = TarEntryType.RegularFile, Name = "" }));
    }

    public static TheoryData<string> Compressions => ["gzip", "zstd", "lz4"];

    [Theory]
    [MemberData(nameof(Compressions))]
    public async Task A_compressed_stream_can_only_be_written(string format)
    {
        var compressed = new MemoryStream();
        DeterministicCompressionStream stream = format switch
        {
            "gzip" => new DeterministicGzipStream(compressed, leaveOpen: true, maxParallelism: 2),
            "zstd" => new DeterministicZstandardStream(compressed, leaveOpen: true, maxParallelism: 2, CompressionEffort.Best),
            _ => new DeterministicLz4Stream(compressed, leaveOpen: true, maxParallelism: 2),
        };
        await using (stream)
        {
            Assert.Equal((false, false, true), (stream.CanRead, stream.CanSeek, stream.CanWrite));
            await stream.WriteAsync("x"u8.ToArray());
            await stream.FlushAsync();
            Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
            Assert.Throws<NotSupportedException>(() => stream.SetLength(0));
            Assert.Throws<NotSupportedException>(() => stream.Position = 0);
            await stream.CompleteAsync();
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.WriteAsync("y"u8.ToArray()));
        }

        var bytes = compressed.ToArray();
        if (format == "gzip")
        {
            using var plain = new System.IO.Compression.GZipStream(new MemoryStream(bytes), System.IO.Compression.CompressionMode.Decompress);
            Assert.Equal("x"u8.ToArray(), await ReadAsync(plain));
            return;
        }

        Assert.Equal(format == "zstd" ? "28B52FFD005008000078010000" : "02214C18020000001078", Convert.ToHexString(bytes));
    }

    [Fact]
    public void Canonical_JSON_is_ordered_and_says_how_numbers_are_written()
    {
        var json = new JsonObject { ["b"] = 9007199254740993, ["a"] = "é" };

        Assert.Equal("""{"a":"é","b":9007199254740993}""", Encoding.UTF8.GetString(CanonicalJsonWriter.Serialize(json, numbers: CanonicalJsonNumbers.ExactIntegers)));
        Assert.Equal(
            """{"a":"é","b":9007199254740992}""", Encoding.UTF8.GetString(CanonicalJsonWriter.Serialize(json, numbers: CanonicalJsonNumbers.Rfc8785)));
    }

    [Fact]
    public void A_source_tells_what_an_image_is()
    {
        var configuration = new ImageConfiguration { Platform = Platform.Linux("amd64"), User = "web", DiffIds = [Digest.OfSha256([])] };
        var blob = new OciBlob(Digest.OfSha256([]), FileContent.Empty);
        var artifact = new OciArtifact("application/vnd.oci.image.manifest.v1+json", blob.Digest, 0, [blob]);
        var input = new ResolvedInput(ImageReference.Parse("a"), artifact.Digest, null, ["init[0]"]);
        var kernel = new KernelFiles(blob.Content, "quiet", Microcode: null);

        Assert.Equal(("web", 1, null), (configuration.User, configuration.DiffIds.Length, kernel.Microcode));
        Assert.Equal(artifact.Blobs[0].Digest, input.Digest);
    }

    private static async Task<byte[]> ArchiveAsync()
    {
        var archive = new MemoryStream();
        var writer = new TarWriter(archive);
        await writer.WriteAsync(new TarEntry { Type = TarEntryType.HardLink, Name = "b", LinkName = "a" });
        await writer.WriteAsync(new TarEntry { Type = TarEntryType.Directory, Name = "dropped/" });
        var content = FileContent.FromBytes("content"u8.ToArray());
        await writer.WriteAsync(
            new TarEntry
            {
                Type = TarEntryType.RegularFile,
                Name = "a",
                Size = content.Length,
                ModificationTime = new FileTime(99),
                ExtendedAttributes = [new ExtendedAttribute("user.note", "n")],
                UserName = "somebody",
            },
            content);
        await writer.CompleteAsync();
        return archive.ToArray();
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
