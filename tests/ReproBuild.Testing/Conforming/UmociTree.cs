using System.Text.Json.Nodes;
using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Testing.Conforming;

/// <summary>What umoci, an independent implementation of the OCI image specification, unpacks of an image.</summary>
/// <remarks>GNU tar reads the unpacked directory back, with owners, devices, hard links and extended attributes.</remarks>
public sealed class UmociTree
{
    private static readonly ExternalTool Umoci = new("umoci", "umoci");
    private static readonly ExternalTool Tar = new("tar", "tar");

    private readonly IReadOnlyDictionary<string, TreeItem> _items;

    private UmociTree(IReadOnlyDictionary<string, TreeItem> items) => _items = items;

    /// <summary>Whether this machine can unpack images with their owners and devices.</summary>
    public static bool IsAvailable => Umoci.IsAvailable && Tar.IsAvailable && TestHost.IsRoot;

    /// <summary>Why a test that compares with umoci is skipped.</summary>
    public static string SkipReason => Umoci.IsAvailable ? TestHost.RootSkipReason : Umoci.SkipReason;

    /// <summary>Unpacks an image.</summary>
    /// <param name="manifest">The image's manifest.</param>
    /// <param name="blob">Finds its configuration and layers.</param>
    /// <exception cref="InvalidOperationException">umoci refuses the image; the message has its reason.</exception>
    public static async Task<UmociTree> UnpackAsync(byte[] manifest, Func<Digest, byte[]> blob)
    {
        using var directory = new TemporaryDirectory("umoci");
        WriteLayout(directory["layout"], manifest, blob);
        await Umoci.RunAsync(["raw", "unpack", "--image", directory["layout"] + ":image", directory["root"]]);
        await Tar.RunAsync(["--format=pax", "--xattrs", "--xattrs-include=*", "--numeric-owner", "-C", directory["root"], "-cf", directory["root.tar"], "."]);
        return new UmociTree(TarTree.Read(await File.ReadAllBytesAsync(directory["root.tar"])));
    }

    /// <summary>What differs in a tree; empty when nothing does.</summary>
    /// <param name="tree">The tree of the same image.</param>
    /// <param name="implied">Its directories that no entry names, so that their metadata is anybody's choice.</param>
    /// <param name="directoryTimes">Whether the times of directories count.</param>
    public IReadOnlyList<string> Compare(FileTree tree, IReadOnlySet<string> implied, bool directoryTimes = true)
    {
        var actual = FileTreeItems.Read(tree);
        var expected = _items.Values.Select(item => item with
        {
            IsImplied = implied.Contains(item.Path),
            ModificationTime = item.Type == "dir" && !directoryTimes ? actual.GetValueOrDefault(item.Path)?.ModificationTime : item.ModificationTime,
        });
        return TreeComparison.Compare(expected.ToDictionary(static item => item.Path, StringComparer.Ordinal), actual, new Dictionary<string, JsonNode>());
    }

    private static void WriteLayout(string directory, byte[] manifest, Func<Digest, byte[]> blob)
    {
        Directory.CreateDirectory(Path.Combine(directory, "blobs", "sha256"));
        File.WriteAllText(Path.Combine(directory, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        var parsed = JsonNode.Parse(manifest)!;
        foreach (var descriptor in parsed["layers"]!.AsArray().Append(parsed["config"]))
        {
            var digest = Digest.Parse((string)descriptor!["digest"]!);
            WriteBlob(directory, digest, blob(digest));
        }

        WriteBlob(directory, Digest.OfSha256(manifest), manifest);
        var index = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["manifests"] = new JsonArray(new JsonObject
            {
                ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
                ["digest"] = Digest.OfSha256(manifest).ToString(),
                ["size"] = manifest.Length,
                ["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = "image" },
            }),
        };
        File.WriteAllText(Path.Combine(directory, "index.json"), index.ToJsonString());
    }

    private static void WriteBlob(string directory, Digest digest, byte[] content) =>
        File.WriteAllBytes(Path.Combine(directory, "blobs", digest.Algorithm, digest.Hex), content);
}
