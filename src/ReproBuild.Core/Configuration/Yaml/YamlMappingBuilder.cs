namespace ReproBuild.Core.Configuration.Yaml;

/// <summary>
/// Collects the entries of a mapping: refuses duplicate keys and carries out merge keys (YAML 1.1, "Merge Key Language-Independent Type").
/// </summary>
internal sealed class YamlMappingBuilder(ProblemList problems)
{
    private readonly List<YamlEntry> _entries = [];
    private readonly Dictionary<string, SourceLocation> _keys = new(StringComparer.Ordinal);
    private readonly List<YamlMapping> _merged = [];
    private SourceLocation? _mergeKey;

    public void Add(YamlNode key, YamlNode value)
    {
        if (key is not YamlScalar scalar || scalar.IsNull)
        {
            problems.Add(key.Location, $"a key is {key.Description}; expected text");
        }
        else if (scalar is { IsPlain: true, Text: "<<" })
        {
            AddMerge(scalar, value);
        }
        else if (!_keys.TryAdd(scalar.Text, scalar.Location))
        {
            problems.Add(
                scalar.Location, $"the key '{scalar.Text.Shown()}' is given twice, first at {_keys[scalar.Text]}; expected it once");
        }
        else
        {
            _entries.Add(new YamlEntry(scalar, value));
        }
    }

    /// <summary>The mapping's own entries, then those merged that it does not have itself; of two merged, the first wins.</summary>
    public IReadOnlyList<YamlEntry> Build()
    {
        foreach (var entry in _merged.SelectMany(static mapping => mapping.Entries))
        {
            if (_keys.TryAdd(entry.Key.Text, entry.Key.Location))
            {
                _entries.Add(entry);
            }
        }

        return _entries;
    }

    private void AddMerge(YamlScalar key, YamlNode value)
    {
        if (_mergeKey is not null)
        {
            problems.Add(key.Location, $"the key '<<' is given twice, first at {_mergeKey}; expected it once, with a list of mappings");
            return;
        }

        _mergeKey = key.Location;
        foreach (var item in value is YamlSequence sequence ? sequence.Items : [value])
        {
            if (item is YamlMapping mapping)
            {
                _merged.Add(mapping);
            }
            else
            {
                problems.Add(item.Location, $"the value of '<<' is {item.Description}; expected a mapping or a list of mappings");
            }
        }
    }
}
