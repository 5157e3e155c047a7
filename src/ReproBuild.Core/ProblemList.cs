using System.Collections.Immutable;

namespace ReproBuild;

/// <summary>Collects the problems of one file, so that they are all reported at once.</summary>
internal sealed class ProblemList
{
    /// <summary>More than this many help nobody, and a hostile file must not make the message arbitrarily long.</summary>
    internal const int Maximum = 100;

    private readonly List<ConfigurationProblem> _problems = [];

    public int Count => _problems.Count;

    public void Add(SourceLocation? location, string message)
    {
        if (_problems.Count == Maximum)
        {
            throw Exception(new ConfigurationProblem(location, $"there are more problems from here on; only the first {Maximum} are listed"));
        }

        _problems.Add(new ConfigurationProblem(location, message));
    }

    /// <summary>The error for a problem after which nothing more can be read, together with those found before.</summary>
    public ConfigurationException Fatal(SourceLocation location, string message, Exception? cause = null) =>
        Exception(new ConfigurationProblem(location, message), cause);

    public void ThrowIfAny()
    {
        if (_problems.Count > 0)
        {
            throw Exception(null);
        }
    }

    private ConfigurationException Exception(ConfigurationProblem? last, Exception? cause = null)
    {
        // OrderBy is stable: problems at one place keep the order in which they were found.
        var ordered = _problems.OrderBy(static p => p.Location?.Line ?? 0).ThenBy(static p => p.Location?.Column ?? 0);
        return new ConfigurationException([.. ordered, .. last is null ? [] : ImmutableArray.Create(last)], cause);
    }
}
