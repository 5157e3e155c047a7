using System.Globalization;

namespace ReproBuild.Cli;

/// <summary>Writes what was made, or would be, to standard output.</summary>
internal static class Results
{
    /// <summary>A line an artifact: SHA-256, size in bytes, name.</summary>
    public static void Write(BuildResult result)
    {
        foreach (var artifact in result.Artifacts)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{artifact.Digest.Hex}  {artifact.Size,12}  {artifact.Name}"));
        }
    }

    /// <summary>A line an image with its digest, then a line an artifact's name.</summary>
    public static void Write(BuildPlan plan)
    {
        foreach (var input in plan.Inputs)
        {
            Console.Out.WriteLine($"use   {input.Reference} {input.Digest} ({string.Join(", ", input.Locations)})");
        }

        foreach (var name in plan.ArtifactNames)
        {
            Console.Out.WriteLine($"write {name}");
        }
    }
}
