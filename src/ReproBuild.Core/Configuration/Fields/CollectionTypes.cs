using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration.Yaml;

namespace ReproBuild.Core.Configuration.Fields;

/// <summary>A list of values of one type.</summary>
/// <param name="item">The type of the items.</param>
/// <param name="appends">Whether a later file's items are added to an earlier one's; otherwise they replace them.</param>
internal sealed class ListType<T>(FieldType<T> item, bool appends = false) : FieldType<ImmutableArray<T>>
    where T : notnull
{
    public override ValueKind Kind { get; } = new ValueKind.List(item.Kind);

    public override ImmutableArray<T> Read(FieldValue value)
    {
        if (value.Node is not YamlSequence sequence)
        {
            value.ReportWrongType(Kind);
            return [];
        }

        return [.. sequence.Items.Select((node, index) => item.Read(value.Item(index, node)))];
    }

    /// <summary>Not a collection expression: it would add each item as a value to serialize.</summary>
    public override JsonNode Write(ImmutableArray<T> value) => new JsonArray([.. value.Select(item.Write)]);

    public override ImmutableArray<T> Merge(ImmutableArray<T> earlier, ImmutableArray<T> later) => appends ? [.. earlier, .. later] : later;

    public override bool AreEqual(ImmutableArray<T> left, ImmutableArray<T> right) =>
        left.IsDefault || right.IsDefault ? left == right : left.AsSpan().SequenceEqual(right.AsSpan(), ItemComparer);

    public override int HashOf(ImmutableArray<T> value) => value.IsDefaultOrEmpty ? 0 : unchecked(value.Length + item.HashOf(value[0]));

    public override void Check(ImmutableArray<T> value, FieldPlace place)
    {
        if (value.IsDefault)
        {
            place.Report($"{place.Name} is an ImmutableArray that was never made; expected one such as [], or null");
            return;
        }

        for (var i = 0; i < value.Length; i++)
        {
            item.CheckPart(value[i], place.Item(i));
        }
    }

    private IEqualityComparer<T> ItemComparer => EqualityComparer<T>.Create((left, right) => item.AreEqual(left!, right!));
}

/// <summary>A mapping from free keys to values of one type.</summary>
internal sealed class MapType<T>(FieldType<T> item) : FieldType<ImmutableSortedDictionary<string, T>>
    where T : notnull
{
    public override ValueKind Kind { get; } = new ValueKind.Map(item.Kind);

    public override ImmutableSortedDictionary<string, T> Read(FieldValue value)
    {
        var entries = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        if (value.Node is not YamlMapping mapping)
        {
            value.ReportWrongType(Kind);
            return entries.ToImmutable();
        }

        foreach (var (key, node) in mapping.Entries)
        {
            entries.Add(key.Text, item.Read(value.Field(key.Text, node)));
        }

        return entries.ToImmutable();
    }

    public override JsonNode Write(ImmutableSortedDictionary<string, T> value)
    {
        var json = new JsonObject();
        foreach (var (key, entry) in value)
        {
            json.Add(key, item.Write(entry));
        }

        return json;
    }

    public override bool AreEqual(ImmutableSortedDictionary<string, T> left, ImmutableSortedDictionary<string, T> right) =>
        left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out var other) && item.AreEqual(pair.Value, other));

    public override int HashOf(ImmutableSortedDictionary<string, T> value) => value.Count;

    public override void Check(ImmutableSortedDictionary<string, T> value, FieldPlace place)
    {
        foreach (var (key, entry) in value)
        {
            item.CheckPart(entry, place.Field(key));
        }
    }
}
