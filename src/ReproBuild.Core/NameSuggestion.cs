namespace ReproBuild;

/// <summary>Finds the known name that a mistyped one was probably meant to be.</summary>
internal static class NameSuggestion
{
    private const int LongestName = 40;

    /// <summary>The closest of <paramref name="known"/>, the first of equally close ones, or null when none is close.</summary>
    public static string? For(string name, IEnumerable<string> known)
    {
        if (name.Length is 0 or > LongestName)
        {
            return null;
        }

        var allowed = name.Length <= 4 ? 1 : 2;
        string? closest = null;
        foreach (var candidate in known)
        {
            var distance = string.Equals(candidate, name, StringComparison.OrdinalIgnoreCase) ? 0 : Distance(name, candidate);
            if (distance <= allowed && (closest is null || distance < allowed))
            {
                closest = candidate;
                allowed = distance;
            }
        }

        return closest;
    }

    /// <summary>Optimal string alignment: insertions, deletions, replacements and swaps of neighbours that turn one name into the other.</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                rows[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1,
                    rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[a.Length, b.Length];
    }
}
