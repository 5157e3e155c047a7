using System.Globalization;
using ReproBuild.Core.Configuration.Yaml;

namespace ReproBuild.Core.Configuration.Fields;

/// <summary>What a file has for one field. Reading reports what is wrong with it and goes on with a default.</summary>
/// <param name="Name">The field's path in the file, such as <c>services[0].env[2]</c>; empty at the top level.</param>
/// <param name="Node">What the file has there.</param>
/// <param name="Problems">Where problems are reported.</param>
internal readonly record struct FieldValue(string Name, YamlNode Node, ProblemList Problems)
{
    /// <summary>Whether only the types of values are checked: their rules wait until it is known which values count.</summary>
    public bool ChecksLater { get; init; }

    public FieldValue Field(string key, YamlNode node) => this with { Name = FieldPlace.Join(Name, key.Shown()), Node = node };

    public FieldValue Item(int index, YamlNode node) => this with { Name = FieldPlace.Join(Name, index), Node = node };

    public void Report(string message) => Problems.Add(Node.Location, message);

    public void ReportWrongType(ValueKind kind) => ReportWrongType(kind.Expected);

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
            Report(YamlReader.PackageTemplate);
            return "";
        }

        return scalar.Text;
    }
}

/// <summary>One field of a configuration that was made in code, while it is checked.</summary>
/// <param name="Name">The field's path, such as <c>services[0].env[2]</c>; empty at the top level.</param>
/// <param name="Location">Where the entry that holds it was written, or null.</param>
/// <param name="Problems">Where problems are reported.</param>
internal readonly record struct FieldPlace(string Name, SourceLocation? Location, ProblemList Problems)
{
    public static string Join(string name, string key) => name.Length == 0 ? key : $"{name}.{key}";

    public static string Join(string name, int index) => string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]");

    public FieldPlace Field(string key) => this with { Name = Join(Name, key) };

    public FieldPlace Item(int index) => this with { Name = Join(Name, index) };

    public void Report(string message) => Problems.Add(Location, message);
}
