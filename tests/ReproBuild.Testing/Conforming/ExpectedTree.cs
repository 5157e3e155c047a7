using System.Text.Json.Nodes;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Testing.Conforming;

/// <summary>The tree that LinuxKit's own build gives for a case of the conformance data.</summary>
public sealed class ExpectedTree
{
    private readonly IReadOnlyDictionary<string, TreeItem> _items;
    private readonly JsonObject _json;

    private ExpectedTree(IReadOnlyDictionary<string, TreeItem> items, JsonObject json) => (_items, _json) = (items, json);

    /// <summary>The directory of the conformance data.</summary>
    public static string DataDirectory { get; } = Path.Combine(AppContext.BaseDirectory, "conformance");

    /// <summary>The values of the tree's JSON files, by path.</summary>
    public IReadOnlyDictionary<string, JsonNode> JsonFiles => _json.ToDictionary(static pair => pair.Key, static pair => pair.Value!);

    public static ExpectedTree Load(string name)
    {
        var file = Path.Combine(DataDirectory, "expected", $"{name}.jsonl");
        var items = File.ReadLines(file).Select(static line => ExpectedItem.Parse((JsonObject)JsonNode.Parse(line)!));
        return new ExpectedTree(items.ToDictionary(static item => item.Path, StringComparer.Ordinal), (JsonObject)JsonNode.Parse(File.ReadAllText(file + ".json"))!);
    }

    /// <summary>The regular files of a tar whose path begins with a prefix, by the rest of the path.</summary>
    public static IReadOnlyDictionary<string, byte[]> FilesOf(byte[] tar, string prefix) =>
        TarTree.Read(tar).Values.Where(item => item.Content is not null && item.Path.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(item => item.Path[prefix.Length..], static item => item.Content!, StringComparer.Ordinal);

    /// <summary>What differs in the tree that a tar extracts to; empty when nothing does.</summary>
    public IReadOnlyList<string> CompareTar(byte[] tar) => Compare(TarTree.Read(tar));

    /// <summary>What differs in a tree; empty when nothing does.</summary>
    public IReadOnlyList<string> CompareTree(FileTree tree) => Compare(FileTreeItems.Read(tree));

    private IReadOnlyList<string> Compare(IReadOnlyDictionary<string, TreeItem> actual) =>
        TreeComparison.Compare(_items, actual, JsonFiles);
}
