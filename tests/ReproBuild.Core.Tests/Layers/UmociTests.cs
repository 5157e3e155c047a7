using System.IO.Compression;
using System.Text.Json.Nodes;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Testing.Conforming;

namespace ReproBuild.Core.Tests.Layers;

/// <summary>Our trees are those that umoci unpacks.</summary>
public sealed class UmociTests
{
    private const int Images = 60;

    // umoci removes a hard link's name before it looks for the target, which may be that name or lie below it; we keep the inode.
    private const string TargetRemoved = "link: no such file or directory";

    [Theory]
    [InlineData("base")]
    [InlineData("layers")]
    [InlineData("labelled")]
    [InlineData("kernel")]
    [InlineData("init")]
    [InlineData("init2")]
    [InlineData("multi", "amd64")]
    [InlineData("multi", "arm64")]
    public async Task Every_image_of_the_conformance_data_gives_the_tree_that_umoci_unpacks(string name, string architecture = "amd64")
    {
        Assert.SkipUnless(UmociTree.IsAvailable, UmociTree.SkipReason);
        var manifest = ConformanceLayout.Manifest(ConformanceLayout.Resolve($"127.0.0.1:5000/fx/{name}:1"), architecture);
        var layers = new List<Layer>();
        foreach (var digest in ConformanceLayout.Layers(manifest))
        {
            layers.Add(await ReadAsync(Uncompress(ConformanceLayout.Blob(digest))));
        }

        var tree = LayerApplier.Apply(layers, InputLimits.Default);
        var reference = await UmociTree.UnpackAsync(ConformanceLayout.Blob(manifest), ConformanceLayout.Blob);
        Assert.NotEmpty(tree.Entries);
        Assert.Empty(reference.Compare(tree, Implied(tree)));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Random_layers_give_the_tree_that_umoci_unpacks_or_are_refused_by_both()
    {
        Assert.SkipUnless(UmociTree.IsAvailable, UmociTree.SkipReason);
        var applied = 0;
        for (var seed = 0; seed < Images; seed++)
        {
            applied += await CompareRandomImageAsync(seed) ? 1 : 0;
        }

        Assert.InRange(applied, Images / 4, Images);
    }

    private static async Task<bool> CompareRandomImageAsync(int seed)
    {
        var random = new Random(seed);
        var files = new List<string>();
        var tars = Enumerable.Range(0, 3).Select(_ => RandomLayer.Create(random, files)).ToArray();
        FileTree? tree = null;
        string? refusal = null;
        try
        {
            tree = LayerApplier.Apply(await Task.WhenAll(tars.Select(ReadAsync)), InputLimits.Default);
        }
        catch (IntegrityException e)
        {
            refusal = e.Message;
        }

        var blobs = tars.ToDictionary(static tar => Digest.OfSha256(tar));
        var config = System.Text.Encoding.UTF8.GetBytes("""{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[DIFFS]}}"""
            .Replace("DIFFS", string.Join(',', tars.Select(static tar => $"\"{Digest.OfSha256(tar)}\"")), StringComparison.Ordinal));
        blobs.Add(Digest.OfSha256(config), config);
        try
        {
            var reference = await UmociTree.UnpackAsync(Manifest(tars, config), digest => blobs[digest]);
            Assert.True(tree is not null, $"seed {seed}: only we refuse: {refusal}\n{RandomLayer.Describe(tars)}");
            var differences = reference.Compare(tree, Implied(tree), directoryTimes: false);
            Assert.True(differences.Count == 0, $"seed {seed}:\n{string.Join('\n', differences)}\n{RandomLayer.Describe(tars)}");
            return true;
        }
        catch (InvalidOperationException e)
        {
            Assert.True(tree is null || e.Message.Contains(TargetRemoved, StringComparison.Ordinal), $"seed {seed}: only umoci refuses: {e.Message}\n{RandomLayer.Describe(tars)}");
            return false;
        }
    }

    private static byte[] Manifest(byte[][] tars, byte[] config)
    {
        static JsonObject Descriptor(string type, byte[] blob) =>
            new() { ["mediaType"] = type, ["digest"] = Digest.OfSha256(blob).ToString(), ["size"] = blob.Length };

        return System.Text.Encoding.UTF8.GetBytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Descriptor("application/vnd.oci.image.config.v1+json", config),
            ["layers"] = new JsonArray([.. tars.Select(static tar => Descriptor("application/vnd.oci.image.layer.v1.tar", tar))]),
        }.ToJsonString());
    }

    private static async Task<Layer> ReadAsync(byte[] tar) =>
        new(Digest.OfSha256(tar), Blob.FromBytes(tar), await LayerIndex.FromTarAsync(new MemoryStream(tar), InputLimits.Default));

    private static byte[] Uncompress(byte[] gzip)
    {
        using var stream = new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress);
        using var tar = new MemoryStream();
        stream.CopyTo(tar);
        return tar.ToArray();
    }

    private static HashSet<string> Implied(FileTree tree) =>
        [.. tree.Entries.Where(static e => ReferenceEquals(e.Inode, Inode.ImplicitDirectory)).Select(static e => e.Path.ToString())];
}
