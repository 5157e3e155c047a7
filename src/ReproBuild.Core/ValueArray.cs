using System.Collections.Immutable;

namespace ReproBuild;

/// <summary>Items that are equal when each is equal: a field of this type gives a record with a list the equality of a value.</summary>
internal readonly record struct ValueArray<T>(ImmutableArray<T> Items)
{
    public bool Equals(ValueArray<T> other) =>
        Items.IsDefault || other.Items.IsDefault ? Items.IsDefault == other.Items.IsDefault : Items.AsSpan().SequenceEqual(other.Items.AsSpan());

    public override int GetHashCode() => Items.IsDefault ? 0 : Items.Length;
}
