namespace ReproBuild.Core.Configuration.Yaml;

/// <summary>A node of a YAML document, with aliases and merge keys resolved (YAML 1.2.2, section 3.2.1).</summary>
/// <param name="location">Where it was written; for an alias, where its anchor was.</param>
internal abstract class YamlNode(SourceLocation location)
{
    public SourceLocation Location { get; } = location;

    /// <summary>How many nodes it stands for, aliases counted as often as they are used; long text counts as several.</summary>
    public abstract long Weight { get; }

    /// <summary>Whether it is the null scalar: a field with it counts as not given.</summary>
    public virtual bool IsNull => false;

    /// <summary>What it is, for error messages.</summary>
    public abstract string Description { get; }
}

/// <summary>A scalar.</summary>
/// <param name="location">Where it was written.</param>
/// <param name="text">Its text, unescaped.</param>
/// <param name="isPlain">Whether its text decides what type it has: neither quoted nor tagged as text.</param>
internal sealed class YamlScalar(SourceLocation location, string text, bool isPlain) : YamlNode(location)
{
    private const int CharactersPerWeight = 256;

    public string Text { get; } = text;

    public bool IsPlain { get; } = isPlain;

    public override long Weight { get; } = 1 + (text.Length / CharactersPerWeight);

    public override bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Description => IsNull ? "empty" : IsPlain ? $"'{Text.Shown()}'" : $"the text '{Text.Shown()}'";
}

/// <summary>A sequence.</summary>
internal sealed class YamlSequence(SourceLocation location, IReadOnlyList<YamlNode> items) : YamlNode(location)
{
    public IReadOnlyList<YamlNode> Items { get; } = items;

    public override long Weight { get; } = 1 + items.Sum(static item => item.Weight);

    public override string Description => "a list";
}

/// <summary>A mapping. Its keys are scalars and differ.</summary>
internal sealed class YamlMapping(SourceLocation location, IReadOnlyList<YamlEntry> entries) : YamlNode(location)
{
    public IReadOnlyList<YamlEntry> Entries { get; } = entries;

    public override long Weight { get; } = 1 + entries.Sum(static entry => entry.Key.Weight + entry.Value.Weight);

    public override string Description => "a mapping";
}

/// <summary>One key of a mapping and its value.</summary>
internal sealed record YamlEntry(YamlScalar Key, YamlNode Value);
