using System.Collections.Immutable;

namespace ReproBuild.Core.Building;

/// <summary>Which format writes which artifact.</summary>
internal sealed class OutputPlan
{
    private readonly Dictionary<string, IOutputFormat> _owners = new(StringComparer.Ordinal);

    private OutputPlan(ImmutableArray<IOutputFormat> formats) => Formats = formats;

    /// <summary>The formats asked for, in that order, each once.</summary>
    public ImmutableArray<IOutputFormat> Formats { get; }

    /// <summary>The names of the artifacts: formats in order, then each format's suffixes.</summary>
    public ImmutableArray<string> ArtifactNames { get; private set; }

    /// <exception cref="ArgumentException">A format is unknown; the message lists the known ones.</exception>
    public static OutputPlan Create(ImmutableArray<IOutputFormat> known, BuildOptions options)
    {
        var plan = new OutputPlan([.. options.Formats.Distinct(StringComparer.Ordinal).Select(name => Find(known, name))]);
        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var format in plan.Formats)
        {
            foreach (var name in format.ArtifactSuffixes.Select(suffix => options.Name + suffix))
            {
                if (plan._owners.TryAdd(name, format))
                {
                    names.Add(name);
                }
            }
        }

        plan.ArtifactNames = names.ToImmutable();
        return plan;
    }

    /// <summary>The first format asked for that writes the artifact; others that do must give the same bytes.</summary>
    public IOutputFormat Owner(string artifactName) => _owners[artifactName];

    private static IOutputFormat Find(ImmutableArray<IOutputFormat> known, string name) =>
        known.FirstOrDefault(format => format.Name == name) ??
        throw new ArgumentException($"There is no output format '{name}'. Known formats: {string.Join(", ", known.Select(static f => f.Name))}.");
}
