using System.Text.Json;
using System.Text.Json.Nodes;

namespace ReproBuild.Testing.Conforming;

/// <summary>Compares trees: content, type, mode, owner, time, links, devices, attributes, hard-link groups and origin of files.</summary>
/// <remarks>A symbolic link's mode does not count, nor the metadata of an implied directory. JSON files are compared as values.</remarks>
internal static class TreeComparison
{
    public static IReadOnlyList<string> Compare(
        IReadOnlyDictionary<string, TreeItem> expected, IReadOnlyDictionary<string, TreeItem> actual, IReadOnlyDictionary<string, JsonNode> json)
    {
        var differences = new List<string>();
        foreach (var path in expected.Keys.Union(actual.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (!actual.TryGetValue(path, out var found))
            {
                differences.Add($"missing   {path}");
            }
            else if (!expected.TryGetValue(path, out var wanted))
            {
                differences.Add($"extra     {path} ({found.Type})");
            }
            else
            {
                differences.AddRange(Compare(wanted, found, json.GetValueOrDefault(path)).Select(difference => $"different {path}: {difference}"));
            }
        }

        differences.AddRange(CompareLinks(expected, actual));
        return differences;
    }

    private static IEnumerable<string> Compare(TreeItem wanted, TreeItem found, JsonNode? json)
    {
        var fields = new List<(string Name, object? Wanted, object? Found)> { ("type", wanted.Type, found.Type) };
        if (!wanted.IsImplied)
        {
            fields.AddRange(
            [
                ("mode", wanted.Type == "symlink" ? "" : wanted.Mode, wanted.Type == "symlink" ? "" : found.Mode),
                ("uid", wanted.UserId, found.UserId),
                ("gid", wanted.GroupId, found.GroupId),
                ("mtime", wanted.ModificationTime, found.ModificationTime),
                ("link", wanted.LinkTarget, found.LinkTarget),
                ("dev", wanted.Device, found.Device),
                ("xattrs", wanted.ExtendedAttributes, found.ExtendedAttributes),
            ]);
        }

        if (wanted.Sha256 is not null && json is null)
        {
            fields.AddRange([("size", wanted.Size, found.Size), ("sha256", wanted.Sha256, found.Sha256)]);
        }

        if (wanted.Type == "file" && wanted.Origin.Source is not null)
        {
            fields.Add(("source", wanted.Origin, found.Origin));
        }

        return fields.Where(static field => !Equals(field.Wanted, field.Found)).Select(static field => $"{field.Name} expected {field.Wanted}, got {field.Found}")
            .Concat(json is null ? [] : CompareJson(json, found.Content ?? []));
    }

    private static IEnumerable<string> CompareJson(JsonNode wanted, byte[] content)
    {
        JsonNode? found;
        try
        {
            found = JsonNode.Parse(content);
        }
        catch (JsonException e)
        {
            return [$"not JSON: {e.Message}"];
        }

        return JsonNode.DeepEquals(wanted, found) ? [] : [$"JSON value\n   expected {wanted.ToJsonString()}\n   got      {found?.ToJsonString()}"];
    }

    private static IEnumerable<string> CompareLinks(IReadOnlyDictionary<string, TreeItem> expected, IReadOnlyDictionary<string, TreeItem> actual)
    {
        var (wanted, found) = (Groups(expected), Groups(actual));
        return from path in wanted.Keys.Union(found.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
               where expected.ContainsKey(path) && actual.ContainsKey(path)
               let want = wanted.GetValueOrDefault(path, "")
               let get = found.GetValueOrDefault(path, "")
               where want != get
               select $"different {path}: hard links expected [{want}], got [{get}]";
    }

    private static Dictionary<string, string> Groups(IReadOnlyDictionary<string, TreeItem> items) =>
        items.Values.GroupBy(static item => item.InodeOf ?? item.Path).Where(static group => group.Count() > 1)
            .SelectMany(static group => group.Select(item => (item.Path, Names: string.Join(' ', group.Select(static i => i.Path).Order(StringComparer.Ordinal)))))
            .ToDictionary(static pair => pair.Path, static pair => pair.Names, StringComparer.Ordinal);
}
