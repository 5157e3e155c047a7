using System.Collections.Immutable;
using System.Globalization;
using ReproBuild;

namespace QuickStart;

/// <summary>Prints two sets of artifacts side by side.</summary>
internal static class Comparison
{
    /// <returns>Whether they are equal.</returns>
    public static bool Print(ImmutableArray<BuildArtifact> first, ImmutableArray<BuildArtifact> second)
    {
        WriteRow("FORMAT", "NAME", "BYTES", "SHA-256 OF THE FIRST", "", "SHA-256 OF THE SECOND");
        var equal = first.Length == second.Length;
        foreach (var (a, b) in first.Zip(second))
        {
            var same = a == b;
            equal &= same;
            WriteRow(a.Format, a.Name, a.Size.ToString(CultureInfo.InvariantCulture), a.Digest.Hex, same ? "=" : "≠", b.Digest.Hex);
        }

        Console.WriteLine(equal ? $"All {first.Length} files are equal, bit by bit." : "The builds DIFFER.");
        return equal;
    }

    private static void WriteRow(string format, string name, string size, string first, string relation, string second) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{format,-18} {name,-20} {size,10}  {first,-64} {relation,1} {second}"));
}
