using System.Collections.Immutable;
using ReproBuild.Core.Configuration.Yaml;

namespace ReproBuild.Core.Configuration.Binding;

/// <summary>The value of one field, with conversions that report what is wrong with it and then go on with a default.</summary>
/// <param name="Name">The field's path in the file, such as <c>services[0].env[2]</c>; empty at the top level.</param>
/// <param name="Node">What the file has there.</param>
/// <param name="Problems">Where problems are reported.</param>
internal readonly partial record struct FieldValue(string Name, YamlNode Node, ProblemList Problems)
{
    internal const string PackageTemplate =
        "'@pkg:' templates, which name local LinuxKit packages, are not supported; expected the package's image reference (as 'linuxkit pkg show-tag' prints it)";

    public FieldValue Field(string key, YamlNode node) => this with { Name = Name.Length == 0 ? key : $"{Name}.{YamlScalar.Shown(key)}", Node = node };

    public void Report(SourceLocation location, string message) => Problems.Add(location, message);

    public void Report(string message) => Problems.Add(Node.Location, message);

    public void ReportWrongType(string expected) => Report($"{(Name.Length == 0 ? "the file" : Name)} is {Node.Description}; expected {expected}");

    /// <summary>Any scalar but null: numbers and booleans count as the text they are written as.</summary>
    public string Text()
    {
        if (Node is not YamlScalar scalar || scalar.IsNull)
        {
            ReportWrongType("text");
            return "";
        }

        if (scalar.Text.StartsWith("@pkg:", StringComparison.Ordinal))
        {
            Report(PackageTemplate);
            return "";
        }

        return scalar.Text;
    }

    /// <summary>Text where empty means the same as not given.</summary>
    public string? TextOrNull() => Text() is { Length: > 0 } text ? text : null;

    /// <summary>Text of at least one character.</summary>
    public string NonEmptyText()
    {
        if (Node is YamlScalar { IsNull: false, Text: "" })
        {
            Report($"{Name} is empty; expected text");
        }

        return Text();
    }

    public bool Boolean()
    {
        if (Node is YamlScalar scalar && YamlScalars.Boolean(scalar) is { } value)
        {
            return value;
        }

        ReportWrongType("true or false");
        return false;
    }

    /// <summary>One of a few words.</summary>
    public T Choice<T>(params ReadOnlySpan<(string Word, T Value)> choices)
        where T : struct
    {
        var text = (Node as YamlScalar)?.Text;
        var words = new List<string>();
        foreach (var (word, value) in choices)
        {
            if (word == text)
            {
                return value;
            }

            words.Add(word);
        }

        ReportWrongType(string.Join(" or ", words));
        return default;
    }

    /// <summary>The items of a list, each converted.</summary>
    public ImmutableArray<T> List<T>(Func<FieldValue, T> convert)
    {
        if (Node is not YamlSequence sequence)
        {
            ReportWrongType("a list");
            return [];
        }

        var items = ImmutableArray.CreateBuilder<T>(sequence.Items.Count);
        foreach (var item in sequence.Items)
        {
            items.Add(convert(Item(items.Count, item)));
        }

        return items.MoveToImmutable();
    }

    public ImmutableArray<string> Texts() => List(static item => item.Text());

    /// <summary>The entries of a mapping whose keys are free.</summary>
    public IEnumerable<KeyValuePair<string, FieldValue>> Entries()
    {
        if (Node is not YamlMapping mapping)
        {
            ReportWrongType("a mapping");
            return [];
        }

        var self = this;
        return mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, self.Field(entry.Key.Text, entry.Value)));
    }

    public ImmutableSortedDictionary<string, string> TextMap() =>
        Entries().ToImmutableSortedDictionary(static e => e.Key, static e => e.Value.Text(), StringComparer.Ordinal);

    private FieldValue Item(int index, YamlNode node) =>
        this with { Name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Name}[{index}]"), Node = node };
}
