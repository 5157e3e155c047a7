using System.Buffers;

namespace ReproBuild.Core.Building;

/// <summary>
/// Names that a file can have on every host that ReproBuild runs on. Windows allows the least (Microsoft, "Naming Files, Paths, and
/// Namespaces"), and what it cannot hold is refused everywhere, so that what builds on one host builds on all.
/// </summary>
internal static class PortableName
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("<>:\"/\\|?*");

    /// <summary>Devices, alone and before any extension.</summary>
    private static readonly HashSet<string> Devices = new(
        [
            "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
            .. "123456789¹²³".SelectMany(static digit => (string[])[$"COM{digit}", $"LPT{digit}"]),
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wrong with a name, as a clause; null when nothing is.</summary>
    public static string? Problem(string name)
    {
        var forbidden = name.AsSpan().IndexOfAny(Forbidden);
        var stem = name.Split('.')[0].TrimEnd(' ');
        return forbidden >= 0 ? $"it contains '{name[forbidden]}'"
            : name.Any(char.IsControl) ? "it contains a control character"
            : name.EndsWith('.') || name.EndsWith(' ') ? "it ends with a dot or a space"
            : Devices.Contains(stem) ? $"'{stem}' is a device there"
            : null;
    }
}
