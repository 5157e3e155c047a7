namespace ReproBuild.Cli;

/// <summary>The base name of the files when none is given, as LinuxKit chooses it.</summary>
internal static class ArtifactName
{
    private const string ForStandardInput = "moby";

    /// <summary>The last configuration's file name without its extension.</summary>
    public static string From(IReadOnlyList<string> configurations) =>
        configurations[^1] == ConfigurationLoader.StandardInput ? ForStandardInput : Path.GetFileNameWithoutExtension(configurations[^1]);
}
