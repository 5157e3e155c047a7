using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Testing.Conforming;

/// <summary>Compares a tree with what umoci, the reference for applying layers, unpacks of the same image.</summary>
public static class UmociUnpack
{
    private static readonly ExternalTool Umoci = new("umoci", "umoci");
    private static readonly ExternalTool Tar = new("tar", "tar");

    /// <summary>Why a test that compares is skipped, or null when it can run.</summary>
    public static string? SkipReason => !TestHost.IsRoot ? "umoci keeps owners and devices only as root on Linux." : Umoci.IsAvailable ? null : Umoci.SkipReason;

    /// <summary>What differs in a tree from the unpacked image; empty when nothing does.</summary>
    /// <param name="layout">The OCI layout.</param>
    /// <param name="tag">The image's tag in the layout.</param>
    /// <param name="tree">The tree to check.</param>
    /// <param name="cancellationToken">Cancels the comparison.</param>
    public static async Task<IReadOnlyList<string>> CompareAsync(string layout, string tag, FileTree tree, CancellationToken cancellationToken)
    {
        using var directory = new TemporaryDirectory("umoci");
        await Umoci.RunAsync(["raw", "unpack", "--image", $"{layout}:{tag}", directory["root"]], null, cancellationToken);
        var archive = directory["root.tar"];
        await Tar.RunAsync(["-C", directory["root"], "--format=pax", "--numeric-owner", "--xattrs", "--xattrs-include=*", "-cf", archive, "."], null, cancellationToken);
        var expected = TarTree.Read(await File.ReadAllBytesAsync(archive, cancellationToken));
        return TreeComparison.Compare(expected, FileTreeItems.Read(tree), new Dictionary<string, System.Text.Json.Nodes.JsonNode>());
    }
}
