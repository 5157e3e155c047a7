using System.Collections;
using ReproBuild.Core.Configuration.Yaml;

namespace ReproBuild.Core.Configuration.Binding;

/// <summary>Sets one field of <typeparamref name="T"/> from its value and returns the changed record.</summary>
internal delegate T FieldSetter<T>(T target, FieldValue value);

/// <summary>The keys that a mapping may have and what each one sets. To add a field to the configuration, add a line to its table.</summary>
internal sealed class FieldTable<T> : IEnumerable<string>
{
    private readonly SortedDictionary<string, FieldSetter<T>> _setters = new(StringComparer.Ordinal);
    private readonly List<string> _required = [];

    public void Add(string key, FieldSetter<T> set) => Add(key, Presence.Optional, set);

    public void Add(string key, Presence presence, FieldSetter<T> set)
    {
        _setters.Add(key, set);
        if (presence == Presence.Required)
        {
            _required.Add(key);
        }
    }

    /// <summary>Takes over the keys of another table, for a record that <typeparamref name="T"/> contains.</summary>
    public FieldTable<T> Including<TPart>(FieldTable<TPart> table, Func<T, TPart> get, Func<T, TPart, T> set)
    {
        foreach (var (key, setter) in table._setters)
        {
            _setters.Add(key, (target, value) => set(target, setter(get(target), value)));
        }

        return this;
    }

    /// <summary>Sets every field that the mapping gives; reports unknown keys, missing ones and a value that is no mapping.</summary>
    public T Bind(T target, FieldValue value)
    {
        if (value.Node is not YamlMapping mapping)
        {
            value.ReportWrongType("a mapping");
            return target;
        }

        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, node) in mapping.Entries)
        {
            if (!_setters.TryGetValue(key.Text, out var set))
            {
                value.Report(key.Location, UnknownKey(key.Text, value));
            }
            else if (!node.IsNull)
            {
                given.Add(key.Text);
                target = set(target, value.Field(key.Text, node));
            }
        }

        foreach (var key in _required.Where(key => !given.Contains(key)))
        {
            value.Report(mapping.Location, $"{value.Name} has no '{key}'; expected one");
        }

        return target;
    }

    public IEnumerator<string> GetEnumerator() => _setters.Keys.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private string UnknownKey(string key, FieldValue value)
    {
        var hint = KeySuggestion.For(key, _setters.Keys) is { } closest ? $" (did you mean '{closest}'?)" : "";
        var place = value.Name.Length == 0 ? "" : $" in {value.Name}";
        return $"unknown key '{YamlScalar.Shown(key)}'{place}{hint}; expected one of {string.Join(", ", _setters.Keys)}";
    }
}

/// <summary>Whether a key of a <see cref="FieldTable{T}"/> must be given.</summary>
internal enum Presence
{
    Optional,
    Required,
}
