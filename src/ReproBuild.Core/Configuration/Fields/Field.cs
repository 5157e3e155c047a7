using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace ReproBuild.Core.Configuration.Fields;

/// <summary>What a schema says of one field.</summary>
/// <param name="name">Its key, as it is written.</param>
/// <param name="kind">What values it can have.</param>
internal abstract class Field(string name, ValueKind kind)
{
    public string Name { get; } = name;

    /// <summary>Another key that is read as the same field, or null.</summary>
    public string? OtherName { get; init; }

    public ValueKind Kind { get; } = kind;

    /// <summary>Whether each mapping must have it.</summary>
    public bool IsRequired { get; init; }
}

/// <summary>One field of <typeparamref name="T"/>: a row of its table.</summary>
internal abstract class Field<T>(string name, ValueKind kind) : Field(name, kind)
{
    public abstract T Read(T target, FieldValue value);

    public abstract void Write(T source, JsonObject target);

    public abstract T Merge(T earlier, T later);

    public abstract bool AreEqual(T left, T right);

    public abstract int HashOf(T source);

    public abstract void Check(T source, FieldPlace place);
}

/// <summary>Finds the value of a field; false when it is not given.</summary>
internal delegate bool FieldGetter<T, TValue>(T source, [MaybeNullWhen(false)] out TValue value);

/// <summary>A field with a value of its own.</summary>
internal sealed class Field<T, TValue>(string name, FieldType<TValue> type, FieldGetter<T, TValue> get, Func<T, TValue, T> set)
    : Field<T>(name, type.Kind)
    where TValue : notnull
{
    /// <summary>Whether empty text and an empty list or map are not written.</summary>
    public bool OmitsEmpty { get; init; }

    /// <summary>What is written when it is not given; null leaves the key out.</summary>
    public Func<JsonNode?>? Absent { get; init; }

    public override T Read(T target, FieldValue value)
    {
        var read = type.Read(value);
        return type.IsGiven(read) ? set(target, read) : target;
    }

    public override void Write(T source, JsonObject target)
    {
        if (Given(source, out var value))
        {
            var json = type.Write(value);
            if (!OmitsEmpty || !IsEmpty(json))
            {
                target.Add(Name, json);
            }
        }
        else if (Absent is not null)
        {
            target.Add(Name, Absent());
        }
    }

    public override T Merge(T earlier, T later) =>
        !Given(later, out var value) ? earlier
        : Given(earlier, out var before) ? set(earlier, type.Merge(before, value))
        : set(earlier, value);

    public override bool AreEqual(T left, T right)
    {
        var isGiven = Given(left, out var value);
        return isGiven == Given(right, out var other) && (!isGiven || type.AreEqual(value!, other!));
    }

    public override int HashOf(T source) => Given(source, out var value) ? type.HashOf(value) : 0;

    public override void Check(T source, FieldPlace place)
    {
        if (Given(source, out var value))
        {
            type.Check(value, place.Field(Name));
        }
        else if (IsRequired)
        {
            place.Report($"{place.Name} has no '{Name}'; expected one");
        }
    }

    private bool Given(T source, [MaybeNullWhen(false)] out TValue value) => get(source, out value) && type.IsGiven(value);

    private static bool IsEmpty(JsonNode value) => value switch
    {
        JsonArray items => items.Count == 0,
        JsonObject members => members.Count == 0,
        _ => value.GetValueKind() == System.Text.Json.JsonValueKind.String && value.GetValue<string>().Length == 0,
    };
}

/// <summary>A field of a part of <typeparamref name="T"/> that has no mapping of its own in the file.</summary>
internal sealed class PartField<T, TPart>(Field<TPart> field, Func<T, TPart> get, Func<T, TPart, T> set) : Field<T>(field.Name, field.Kind)
{
    public override T Read(T target, FieldValue value) => set(target, field.Read(get(target), value));

    public override void Write(T source, JsonObject target) => field.Write(get(source), target);

    public override T Merge(T earlier, T later) => set(earlier, field.Merge(get(earlier), get(later)));

    public override bool AreEqual(T left, T right) => field.AreEqual(get(left), get(right));

    public override int HashOf(T source) => field.HashOf(get(source));

    public override void Check(T source, FieldPlace place) => field.Check(get(source), place);
}
