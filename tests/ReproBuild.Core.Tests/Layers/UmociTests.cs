using System.IO.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Testing.Conforming;

namespace ReproBuild.Core.Tests.Layers;

/// <summary>Our trees are those that umoci unpacks.</summary>
public sealed class UmociTests
{
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
