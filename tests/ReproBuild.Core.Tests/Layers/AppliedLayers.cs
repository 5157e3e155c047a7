using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Testing.InMemory;

namespace ReproBuild.Core.Tests.Layers;

/// <summary>Short ways to apply layers in a test.</summary>
internal static class AppliedLayers
{
    public static FileTree Apply(params InMemoryLayer[] layers) => Apply(InputLimits.Default, layers);

    public static FileTree Apply(InputLimits limits, params InMemoryLayer[] layers) =>
        LayerApplier.Apply([.. layers.Select(static l => l.Build())], limits);

    public static string[] List(params InMemoryLayer[] layers) => TreeListing.Of(Apply(layers));

    public static InMemoryLayer Layer() => new();

    public static InMemoryLayer Whiteout(this InMemoryLayer layer, string path) => layer.File(path, "");

    public static bool IsImplied(this FileTree tree, string path) => ReferenceEquals(tree.Find(path)!.Inode, Inode.ImplicitDirectory);
}
