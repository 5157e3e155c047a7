using System.Text;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.Structures;

/// <summary>Structures as text, a field a line, so that a changed byte shows as the field that it belongs to.</summary>
internal sealed class StructureSnapshot
{
    private readonly StringBuilder _text = new();

    public StructureSnapshot Add(string title, StructureField[] fields, ReadOnlySpan<byte> structure)
    {
        _text.Append(title).Append('\n');
        foreach (var field in fields)
        {
            _text.Append("  ").Append(field.Name).Append(' ').Append(field.Read(structure)).Append('\n');
        }

        return this;
    }

    public StructureSnapshot AddText(string title, string text)
    {
        _text.Append(title).Append('\n').Append(text).Append('\n');
        return this;
    }

    /// <summary>A snapshot changes only in a commit that says which field changed and why.</summary>
    public void AssertEquals(string name)
    {
        var path = Path.Combine(TestHost.RepositoryDirectory, "tests", "ReproBuild.Outputs.Tests", "Structures", $"{name}.txt");
        var expected = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        Assert.True(expected == _text.ToString(), $"{path} should be, where the change is meant:\n{_text}");
    }
}
