using System.Collections.Immutable;

namespace ReproBuild;

/// <summary>One thing that is wrong in a configuration.</summary>
/// <param name="Location">The place, or null if the configuration was made in code.</param>
/// <param name="Message">What is wrong and what was expected.</param>
public sealed record ConfigurationProblem(SourceLocation? Location, string Message)
{
    /// <summary><c>file:line:column: what; expected …</c>, without a place when there is none.</summary>
    public override string ToString() => Location is null ? Message : $"{Location}: {Message}";
}

/// <summary>A configuration is wrong; the message lists every problem found, one a line.</summary>
public sealed class ConfigurationException : ReproBuildException
{
    /// <summary>Creates the error.</summary>
    public ConfigurationException(ImmutableArray<ConfigurationProblem> problems, Exception? innerException = null)
        : base(string.Join('\n', problems), innerException) => Problems = problems;

    /// <summary>The problems, in the order of the file; at most 101 for each file.</summary>
    public ImmutableArray<ConfigurationProblem> Problems { get; }
}
