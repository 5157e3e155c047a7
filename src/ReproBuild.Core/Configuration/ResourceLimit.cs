using System.Collections.Immutable;
using System.Globalization;

namespace ReproBuild.Core.Configuration;

/// <summary>An entry of <c>rlimits</c>: <c>name,soft,hard</c>.</summary>
/// <param name="Name">With the prefix <c>RLIMIT_</c>.</param>
/// <param name="Soft">The limit in force.</param>
/// <param name="Hard">What the limit can be raised to.</param>
internal sealed record ResourceLimit(string Name, ulong Soft, ulong Hard)
{
    private const string Prefix = "RLIMIT_";
    private const string Unlimited = "UNLIMITED";

    /// <summary>The limits that Linux knows (getrlimit(2)).</summary>
    private static readonly ImmutableArray<string> Names =
    [
        "RLIMIT_AS", "RLIMIT_CORE", "RLIMIT_CPU", "RLIMIT_DATA", "RLIMIT_FSIZE", "RLIMIT_LOCKS", "RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE",
        "RLIMIT_NICE", "RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_RSS", "RLIMIT_RTPRIO", "RLIMIT_RTTIME", "RLIMIT_SIGPENDING", "RLIMIT_STACK",
    ];

    /// <summary>Null when the text is not a limit.</summary>
    public static ResourceLimit? Parse(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length != 3 || Value(parts[1]) is not { } soft || Value(parts[2]) is not { } hard)
        {
            return null;
        }

        var name = parts[0].ToUpperInvariant();
        return new ResourceLimit(name.StartsWith(Prefix, StringComparison.Ordinal) ? name : Prefix + name, soft, hard);
    }

    /// <summary>What is wrong with an entry, or null.</summary>
    public static string? Problem(string text)
    {
        if (Parse(text) is not { } limit)
        {
            return $"'{text.Shown()}' is not a limit; expected name,soft,hard with whole numbers or unlimited, such as nofile,1024,unlimited";
        }

        if (Names.Contains(limit.Name))
        {
            return null;
        }

        var hint = NameSuggestion.For(limit.Name, Names) is { } closest ? $" (did you mean {closest}?)" : "";
        return $"'{text.Split(',')[0].Trim().Shown()}' of '{text.Shown()}' is not a resource limit of Linux{hint}; expected one of {string.Join(", ", Names)}";
    }

    private static ulong? Value(string text) =>
        string.Equals(text, Unlimited, StringComparison.OrdinalIgnoreCase) ? ulong.MaxValue
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
        : null;
}
