using System.Collections.Immutable;

namespace ReproBuild.Cli;

/// <summary>A format that the caller asks for.</summary>
/// <param name="Format">Its name.</param>
/// <param name="Name">The base name of its files, or null for that of the build.</param>
internal sealed record FormatRequest(string Format, string? Name)
{
    /// <summary>Reads texts that each hold <c>FORMAT</c> or <c>FORMAT=NAME</c>, or several of them separated by commas.</summary>
    /// <exception cref="FormatException">A format is not known, or given with different names.</exception>
    public static ImmutableArray<FormatRequest> ParseAll(IEnumerable<string> texts)
    {
        ImmutableArray<FormatRequest> requests = [.. texts.SelectMany(ParseList)];
        var known = StandardOutputFormats.All.Select(static f => f.Name).ToList();
        var unknown = requests.FirstOrDefault(request => !known.Contains(request.Format));
        if (unknown is not null || requests.IsEmpty)
        {
            throw new FormatException($"there is no output format '{unknown?.Format}'. Known formats: {string.Join(", ", known)}.");
        }

        foreach (var format in requests.GroupBy(static r => r.Format, StringComparer.Ordinal))
        {
            if (format.Distinct().Count() > 1)
            {
                throw new FormatException(
                    $"'{format.Key}' is given with different names. One build writes a format once: give it one name, or build again.");
            }
        }

        return requests;
    }

    /// <summary>The names of the formats.</summary>
    public static ImmutableArray<string> Formats(IEnumerable<FormatRequest> requests) => [.. requests.Select(static request => request.Format)];

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

    private static IEnumerable<FormatRequest> ParseList(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(static item => item.Split('=', 2))
            .Select(static parts => new FormatRequest(parts[0], parts.Length == 2 ? parts[1] : null));
}
