using System.Collections.Immutable;

namespace ReproBuild.Conformance;

/// <summary>Checks that an output format keeps the promises of <see cref="IOutputFormat"/> by running it over sample file systems.</summary>
/// <remarks>
/// Culture, time zone, clock and host belong to the process, so a test varies them itself, over whole builds. Temporary files go to the
/// host's temporary directory and are removed at the end.
/// </remarks>
public static class OutputFormatConformance
{
    /// <summary>Runs every check and throws when one of them finds a problem.</summary>
    /// <param name="format">The format; one instance is used throughout, as in a build.</param>
    /// <param name="options">What to run it with, or null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the checks.</param>
    /// <exception cref="OutputFormatException">The format does not conform; the message has every finding.</exception>
    /// <exception cref="OperationCanceledException">The checks were cancelled.</exception>
    public static async Task CheckAsync(
        IOutputFormat format, OutputFormatConformanceOptions? options = null, CancellationToken cancellationToken = default)
    {
        var findings = await FindAsync(format, options, cancellationToken).ConfigureAwait(false);
        if (!findings.IsEmpty)
        {
            throw new OutputFormatException($"{format.Name} does not conform:\n{string.Join('\n', findings)}");
        }
    }

    /// <summary>Runs every check and returns the findings, in a fixed order; none when the format conforms.</summary>
    /// <inheritdoc cref="CheckAsync" path="/param|/exception[@cref='OperationCanceledException']"/>
    public static async Task<ImmutableArray<ConformanceFinding>> FindAsync(
        IOutputFormat format, OutputFormatConformanceOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(format);
        options ??= new OutputFormatConformanceOptions();
        using var session = new ConformanceSession(format, options, cancellationToken);
        if (!DeclarationCheck.Run(session))
        {
            return session.Findings;
        }

        if (await WritingCheck.RunAsync(session).ConfigureAwait(false) is { } written)
        {
            await CancellationCheck.RunAsync(session, written).ConfigureAwait(false);
            await FailureCheck.RunAsync(session, written).ConfigureAwait(false);
            await MemoryCheck.RunAsync(session).ConfigureAwait(false);
        }

        return session.Findings;
    }
}
