using System.Globalization;

namespace ReproBuild.Cli;

/// <summary>Phases and numbers of bytes, for people.</summary>
internal static class ProgressText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>What is done, and to which item.</summary>
    public static string Name(BuildProgress progress) => TerminalText.Line($"{Verb(progress.Phase)} {progress.Item}");

    public static string Bytes(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return $"{value.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    private static string Verb(BuildPhase phase) => phase switch
    {
        BuildPhase.Resolve => "resolve",
        BuildPhase.Fetch => "fetch",
        BuildPhase.Assemble => "assemble",
        BuildPhase.Write => "write",
        _ => phase.ToString(),
    };
}
