using System.Collections.Immutable;

namespace ReproBuild.Cli;

/// <summary>A format that the caller asks for.</summary>
/// <param name="Format">Its name.</param>
/// <param name="Name">The base name of its files, or null for that of the build.</param>
internal sealed record FormatRequest(string Format, string? Name)
{
    /// <summary>Parses <c>FORMAT</c> or <c>FORMAT=NAME</c>, several of them separated by commas.</summary>
    public static IEnumerable<FormatRequest> ParseList(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(static item => item.Split('=', 2))
            .Select(static parts => new FormatRequest(parts[0], parts.Length == 2 ? parts[1] : null));

    /// <summary>A format that is asked for with two names, which one build cannot write; null when there is none.</summary>
    public static string? FindContradiction(IEnumerable<FormatRequest> requests) =>
        requests.GroupBy(static r => r.Format, StringComparer.Ordinal).FirstOrDefault(static g => g.Select(static r => r.Name).Distinct(StringComparer.Ordinal).Count() > 1)?.Key;

    /// <summary>As it is written on the command line.</summary>
    public override string ToString() => Name is null ? Format : $"{Format}={Name}";

    /// <summary>The base names that requests ask for, by format.</summary>
    public static ImmutableSortedDictionary<string, string> Names(IEnumerable<FormatRequest> requests)
    {
        var names = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var request in requests.Where(static r => r.Name is not null))
        {
            names[request.Format] = request.Name!;
        }

        return names.ToImmutable();
    }
}
