using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace ReproBuild.Core.Json;

/// <summary>Adds members that are left out when they are empty, as Go's <c>omitempty</c> leaves them out.</summary>
internal static class JsonObjectExtensions
{
    public static void AddIf(this JsonObject target, bool condition, string name, JsonNode? value)
    {
        if (condition)
        {
            target.Add(name, value);
        }
    }

    public static void AddText(this JsonObject target, string name, string? text) => target.AddIf(!string.IsNullOrEmpty(text), name, text);

    public static void AddItems(this JsonObject target, string name, JsonArray items) => target.AddIf(items.Count > 0, name, items);

    public static void AddTexts(this JsonObject target, string name, ImmutableArray<string>? texts) => target.AddItems(name, ToArray(texts));

    public static void AddMap(this JsonObject target, string name, ImmutableSortedDictionary<string, string>? map) =>
        target.AddIf(map is { Count: > 0 }, name, ToObject(map));

    /// <summary>As an object and not as a value to serialize, which would need reflection.</summary>
    public static void AddObject(this JsonArray target, JsonObject item) => target.Add((JsonNode)item);

    /// <summary>Not a collection expression: it would add each item as a value to serialize, too.</summary>
    public static JsonArray ToArray(ImmutableArray<string>? texts) => new([.. (texts ?? []).Select(static text => JsonValue.Create(text))]);

    private static JsonObject ToObject(ImmutableSortedDictionary<string, string>? map) =>
        [.. map?.Select(static pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)) ?? []];
}
