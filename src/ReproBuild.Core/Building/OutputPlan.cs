using System.Collections.Immutable;

namespace ReproBuild.Core.Building;

/// <summary>Which format writes which artifact.</summary>
internal sealed class OutputPlan
{
    /// <summary>By name, as hosts compare them that ignore case.</summary>
    private readonly Dictionary<string, (string Name, IOutputFormat Format)> _owners = new(StringComparer.OrdinalIgnoreCase);
    private readonly BuildOptions _options;

    /// <exception cref="InvalidOptionException">
    /// A format is unknown (the message lists the known ones), two formats would write one artifact, a format has a name of its own but is
    /// not asked for, or a host cannot hold the name of an artifact.
    /// </exception>
    public OutputPlan(ImmutableArray<IOutputFormat> known, BuildOptions options)
    {
        _options = options;
        Formats = [.. options.Formats.Distinct(StringComparer.Ordinal).Select(name => Find(known, name))];
        CheckFormatNames();
        ArtifactNames = [.. Formats.SelectMany(ClaimArtifacts)];
    }

    /// <summary>The formats asked for, in that order, each once.</summary>
    public ImmutableArray<IOutputFormat> Formats { get; }

    /// <summary>The names of the artifacts, each once: formats in order, then each format's suffixes.</summary>
    public ImmutableArray<string> ArtifactNames { get; }

    /// <summary>The base name of a format's artifacts.</summary>
    public string BaseName(IOutputFormat format) => _options.FormatNames.GetValueOrDefault(format.Name, _options.Name);

    /// <summary>The first format asked for that writes the artifact; others that share it must give the same bytes.</summary>
    public IOutputFormat Owner(string artifactName) => _owners[artifactName].Format;

    private static IOutputFormat Find(ImmutableArray<IOutputFormat> known, string name) =>
        known.FirstOrDefault(format => format.Name == name) ??
        throw BuildOptions.Invalid(
            nameof(BuildOptions.Formats),
            $"asks for '{name}', which is not an output format. Known formats: {string.Join(", ", known.Select(static f => f.Name))}.");

    private void CheckFormatNames()
    {
        var unused = _options.FormatNames.Keys.Except(Formats.Select(static f => f.Name), StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).FirstOrDefault();
        if (unused is not null)
        {
            throw BuildOptions.Invalid(
                nameof(BuildOptions.FormatNames),
                $"names the format '{unused}', which is not in BuildOptions.Formats. Correct it, or leave it out.");
        }
    }

    /// <returns>The artifacts that no earlier format writes.</returns>
    private IEnumerable<string> ClaimArtifacts(IOutputFormat format)
    {
        foreach (var suffix in format.ArtifactSuffixes)
        {
            var name = BaseName(format) + suffix;
            CheckName(format, name);
            if (_owners.TryAdd(name, (name, format)))
            {
                yield return name;
                continue;
            }

            var (otherName, other) = _owners[name];
            if (otherName != name || !Shares(format, name) || !Shares(other, name))
            {
                throw BuildOptions.Invalid(
                    nameof(BuildOptions.Formats),
                    $"asks for {other.Name} and {format.Name}, which {Clash(otherName, name)}. " +
                    $"Give one of them another name in BuildOptions.FormatNames, or build them one after the other into different directories.");
            }
        }
    }

    private static string Clash(string otherName, string name) => otherName == name
        ? $"both write '{name}', with different content"
        : $"write '{otherName}' and '{name}', one file on hosts that ignore case";

    private void CheckName(IOutputFormat format, string artifactName)
    {
        if (PortableName.Problem(artifactName) is { } problem)
        {
            var option = _options.FormatNames.ContainsKey(format.Name)
                ? $"{nameof(BuildOptions.FormatNames)}[{format.Name}]" : nameof(BuildOptions.Name);
            throw BuildOptions.Invalid(
                option,
                $"'{BaseName(format)}' names a file '{artifactName}', which Windows cannot hold: {problem}. "
                + "Give another name, which works on every host.");
        }
    }

    private bool Shares(IOutputFormat format, string artifactName) =>
        format.SharedArtifactSuffixes.Any(suffix => BaseName(format) + suffix == artifactName);
}
