namespace ReproBuild.Conformance;

/// <summary>What a format is held to.</summary>
public enum ConformanceRule
{
    /// <summary>It has a name and at least one artifact suffix, each once, that can be part of a file name.</summary>
    Declaration,

    /// <summary>It creates every artifact that it declares once, no other, and disposes its stream.</summary>
    Artifacts,

    /// <summary>It writes artifacts forward only: it never reads, seeks, asks for the length or writes to a disposed stream.</summary>
    ForwardOnly,

    /// <summary>What it cannot hold it refuses with <see cref="OutputFormatException"/>, before a byte is written; ordinary files it does not refuse.</summary>
    Refusal,

    /// <summary>Its bytes are the same however often it runs, with any number of threads, with and without progress, and twice at once.</summary>
    Determinism,

    /// <summary>It ends with <see cref="OperationCanceledException"/> after its token is cancelled, and reads and writes no more than 1 MiB until then.</summary>
    Cancellation,

    /// <summary>An artifact that cannot be written or closed, or a file that cannot be read, ends it with that error.</summary>
    Failure,

    /// <summary>It leaves no file behind.</summary>
    StrayFiles,

    /// <summary>Its memory does not grow with the content.</summary>
    Memory,
}

/// <summary>Where a format does not keep a rule.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Sample">The sample file system with which it showed; empty where that does not matter.</param>
/// <param name="Message">What happened, and what was expected.</param>
public sealed record ConformanceFinding(ConformanceRule Rule, string Sample, string Message)
{
    /// <summary>All of it in a line.</summary>
    public override string ToString() => Sample.Length == 0 ? $"{Rule}: {Message}" : $"{Rule} ({Sample}): {Message}";
}
