using System.Collections.Immutable;

namespace ReproBuild;

/// <summary>An array that is equal to another if their items are: as a field of a record it makes a list count by value.</summary>
/// <remarks>The default, and an array that is the default, have no items.</remarks>
internal readonly struct ValueArray<T>(ImmutableArray<T> items) : IEquatable<ValueArray<T>>
{
    private readonly ImmutableArray<T> _items = items;

    public ImmutableArray<T> Items => _items.IsDefault ? [] : _items;

    public bool Equals(ValueArray<T> other) => Items.AsSpan().SequenceEqual(other.Items.AsSpan());

    public override bool Equals(object? obj) => obj is ValueArray<T> other && Equals(other);

    public override int GetHashCode() => Items.Length;
}

/// <summary>As <see cref="ValueArray{T}"/>, for strings by name.</summary>
internal readonly struct ValueMap(ImmutableSortedDictionary<string, string>? items) : IEquatable<ValueMap>
{
    private static readonly ImmutableSortedDictionary<string, string> Empty =
        ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>The items by ordinal comparison of their names, whichever comparison the caller's collection uses.</summary>
    private readonly ImmutableSortedDictionary<string, string>? _items = items?.WithComparers(StringComparer.Ordinal);

    public ImmutableSortedDictionary<string, string> Items => _items ?? Empty;

    public bool Equals(ValueMap other) => Items.SequenceEqual(other.Items);

    public override bool Equals(object? obj) => obj is ValueMap other && Equals(other);

    public override int GetHashCode() => Items.Count;
}
