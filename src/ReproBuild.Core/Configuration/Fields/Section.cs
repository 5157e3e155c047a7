using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration.Yaml;

namespace ReproBuild.Core.Configuration.Fields;

/// <summary>
/// The table of a mapping's fields, a row each: name, type, where the record has it. Reading, writing, merging, comparing and checking the
/// record all follow the table, so that a new field is a property and a row.
/// </summary>
/// <param name="create">Makes the record before its fields are read, from where the mapping was written.</param>
internal sealed class Section<T>(Func<SourceLocation?, T> create) : FieldType<T>
    where T : notnull
{
    private const int HashFactor = 31;

    private readonly List<Field<T>> _fields = [];
    private readonly SortedDictionary<string, Field<T>> _keys = new(StringComparer.Ordinal);

    /// <summary>What is wrong with a record as a whole, or null.</summary>
    public Func<T, string?> Rule { get; init; } = static _ => null;

    /// <summary>Where a record was written, if it knows.</summary>
    public Func<T, SourceLocation?> Location { get; init; } = static _ => null;

    /// <summary>Completes what merging has made, given the later of the two records.</summary>
    public Func<T, T, T> AfterMerge { get; init; } = static (merged, _) => merged;

    public override ValueKind Kind => new ValueKind.Section(_fields);

    /// <summary>Adds a row.</summary>
    /// <param name="name">The key.</param>
    /// <param name="type">The type of the values.</param>
    /// <param name="get">The value that a record has; null when it is not given.</param>
    /// <param name="set">The record with another value.</param>
    /// <param name="required">Whether each mapping must have the key.</param>
    /// <param name="omitEmpty">Whether empty text and an empty list or map are not written.</param>
    /// <param name="absent">Makes what is written when no value is given; without it the key is left out.</param>
    /// <param name="or">Another key that is read as the same field.</param>
    public Section<T> Field<TValue>(
        string name, FieldType<TValue> type, Func<T, TValue?> get, Func<T, TValue, T> set,
        bool required = false, bool omitEmpty = false, Func<JsonNode?>? absent = null, string? or = null)
        where TValue : class
    {
        return Add(new Field<T, TValue>(name, type, Get, set) { IsRequired = required, OmitsEmpty = omitEmpty, Absent = absent, OtherName = or });

        bool Get(T source, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TValue value) => (value = get(source)) is not null;
    }

    /// <inheritdoc cref="Field{TValue}(string, FieldType{TValue}, Func{T, TValue}, Func{T, TValue, T}, bool, bool, Func{JsonNode}, string)"/>
    public Section<T> Field<TValue>(
        string name, FieldType<TValue> type, Func<T, TValue?> get, Func<T, TValue, T> set,
        bool required = false, bool omitEmpty = false, Func<JsonNode?>? absent = null, string? or = null)
        where TValue : struct
    {
        return Add(new Field<T, TValue>(name, type, Get, set) { IsRequired = required, OmitsEmpty = omitEmpty, Absent = absent, OtherName = or });

        bool Get(T source, out TValue value)
        {
            var found = get(source);
            value = found.GetValueOrDefault();
            return found.HasValue;
        }
    }

    /// <summary>Adds the rows of another table, whose record is a part of this one and has no mapping of its own in the file.</summary>
    public Section<T> Including<TPart>(Section<TPart> part, Func<T, TPart> get, Func<T, TPart, T> set)
        where TPart : notnull
    {
        foreach (var field in part._fields)
        {
            Add(new PartField<T, TPart>(field, get, set) { IsRequired = field.IsRequired, OtherName = field.OtherName });
        }

        return this;
    }

    /// <summary>Reads every field that the mapping gives; reports unknown keys, missing ones and a value that is no mapping.</summary>
    public override T Read(FieldValue value)
    {
        var target = create(value.Node.Location);
        if (value.Node is not YamlMapping mapping)
        {
            value.ReportWrongType(Kind);
            return target;
        }

        var problems = value.Problems.Count;
        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, node) in mapping.Entries)
        {
            if (!_keys.TryGetValue(key.Text, out var field))
            {
                value.Problems.Add(key.Location, UnknownKey(key.Text, value));
            }
            else if (!node.IsNull)
            {
                given.Add(field.Name);
                target = field.Read(target, value.Field(key.Text, node));
            }
        }

        foreach (var field in _fields.Where(field => field.IsRequired && !given.Contains(field.Name)))
        {
            value.Report($"{value.Name} has no '{field.Name}'; expected one");
        }

        if (!value.ChecksLater && value.Problems.Count == problems && Rule(target) is { } problem)
        {
            value.Report($"{value.Name}: {problem}");
        }

        return target;
    }

    public override JsonObject Write(T value)
    {
        var json = new JsonObject();
        foreach (var field in _fields)
        {
            field.Write(value, json);
        }

        return json;
    }

    public override T Merge(T earlier, T later) =>
        AfterMerge(_fields.Aggregate(earlier, (merged, field) => field.Merge(merged, later)), later);

    public override bool AreEqual(T left, T right) => ReferenceEquals(left, right)
        || (Location(left) == Location(right) && _fields.TrueForAll(field => field.AreEqual(left, right)));

    public override int HashOf(T value) => 
        _fields.Aggregate(0, (hash, field) => unchecked((hash * HashFactor) + field.HashOf(value)));

    public override void Check(T value, FieldPlace place)
    {
        place = place with { Location = Location(value) ?? place.Location };
        foreach (var field in _fields)
        {
            field.Check(value, place);
        }

        if (Rule(value) is { } problem)
        {
            place.Report($"{place.Name}: {problem}");
        }
    }

    private Section<T> Add(Field<T> field)
    {
        _fields.Add(field);
        _keys.Add(field.Name, field);
        if (field.OtherName is { } other)
        {
            _keys.Add(other, field);
        }

        return this;
    }

    private string UnknownKey(string key, FieldValue value)
    {
        var hint = NameSuggestion.For(key, _keys.Keys) is { } closest ? $" (did you mean '{closest}'?)" : "";
        var place = value.Name.Length == 0 ? "" : $" in {value.Name}";
        return $"unknown key '{key.Shown()}'{place}{hint}; expected one of {string.Join(", ", _keys.Keys)}";
    }
}
