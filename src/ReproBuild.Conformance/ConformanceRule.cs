namespace ReproBuild.Conformance;

/// <summary>The rules that a format must keep.</summary>
public enum ConformanceRule
{
    /// <summary>It has a name and at least one artifact suffix; each suffix is listed once and can be part of a file name.</summary>
    Declaration,

    /// <summary>It creates each artifact that it declares once, and no others, and disposes their streams.</summary>
    Artifacts,

    /// <summary>It writes artifacts forward only: it never reads, seeks, asks for the length or writes to a disposed stream.</summary>
    ForwardOnly,

    /// <summary>
    /// It refuses what it cannot represent with <see cref="OutputFormatException"/>, before a byte is written; it does not refuse ordinary files.
    /// </summary>
    Refusal,

    /// <summary>Its bytes are the same however often it runs, with any number of threads, with and without progress, and twice at once.</summary>
    Determinism,

    /// <summary>
    /// After its token is cancelled it ends with <see cref="OperationCanceledException"/>, and reads and writes no more than 1 MiB until then.
    /// </summary>
    Cancellation,

    /// <summary>When an artifact cannot be written or closed, or a file cannot be read, it fails with that error.</summary>
    Failure,

    /// <summary>It leaves no files behind.</summary>
    StrayFiles,

    /// <summary>Its memory does not grow with the content.</summary>
    Memory,
}

/// <summary>One case of a format breaking a rule.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Sample">The sample file system that showed it; empty when it does not depend on the sample.</param>
/// <param name="Message">What happened, and what was expected.</param>
public sealed record ConformanceFinding(ConformanceRule Rule, string Sample, string Message)
{
    /// <summary>The whole finding on one line.</summary>
    public override string ToString() => Sample.Length == 0 ? $"{Rule}: {Message}" : $"{Rule} ({Sample}): {Message}";
}
