using System.Collections.Immutable;
using System.Globalization;

namespace ReproBuild.Conformance;

/// <summary>What a check does while artifacts are written; each callback may throw.</summary>
internal sealed record ArtifactHooks
{
    /// <summary>Called before a write, with the number of bytes written to all artifacts so far and the size of this write.</summary>
    public Action<long, int>? BeforeWrite { get; init; }

    /// <summary>Called when a stream is disposed.</summary>
    public Action? BeforeDispose { get; init; }
}

/// <summary>Hands a format the streams of its artifacts and records what it does with them. Safe for concurrent use.</summary>
internal sealed class ArtifactLog(IOutputFormat format, ArtifactHooks hooks)
{
    private readonly Lock _lock = new();
    private readonly List<WatchedStream> _streams = [];
    private readonly List<(ConformanceRule Rule, string Message)> _problems = [];
    private long _written;

    public ArtifactHooks Hooks => hooks;

    public long Written => Interlocked.Read(ref _written);

    public ImmutableArray<(ConformanceRule Rule, string Message)> Problems
    {
        get
        {
            lock (_lock)
            {
                return [.. _problems];
            }
        }
    }

    /// <summary>Size and SHA-256 by suffix, of the streams that were disposed.</summary>
    public ImmutableSortedDictionary<string, string> Artifacts { get; private set; } = ImmutableSortedDictionary<string, string>.Empty;

    public ValueTask<Stream> CreateAsync(string suffix, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (!format.ArtifactSuffixes.Contains(suffix))
            {
                _problems.Add((ConformanceRule.Artifacts, $"The artifact '{suffix}' was created, but ArtifactSuffixes does not list it."));
            }

            if (_streams.Exists(stream => stream.Suffix == suffix))
            {
                _problems.Add((ConformanceRule.Artifacts, $"The artifact '{suffix}' was created twice."));
            }

            var created = new WatchedStream(suffix, this);
            _streams.Add(created);
            return new ValueTask<Stream>(created);
        }
    }

    public void Add(ConformanceRule rule, string message)
    {
        lock (_lock)
        {
            _problems.Add((rule, message));
        }
    }

    public void Count(int bytes) => Interlocked.Add(ref _written, bytes);

    /// <summary>Checks the streams after the run.</summary>
    public void Close(bool hasSucceeded)
    {
        lock (_lock)
        {
            if (hasSucceeded)
            {
                AddUnfinished();
            }

            Artifacts = _streams.Where(static s => s.Sha256 is not null).DistinctBy(static s => s.Suffix).ToImmutableSortedDictionary(
                static s => s.Suffix,
                static s => string.Create(CultureInfo.InvariantCulture, $"{s.Position} bytes, SHA-256 {s.Sha256}"),
                StringComparer.Ordinal);
        }
    }

    private void AddUnfinished()
    {
        foreach (var suffix in format.ArtifactSuffixes.Where(suffix => !_streams.Exists(s => s.Suffix == suffix)))
        {
            _problems.Add((ConformanceRule.Artifacts, $"The artifact '{suffix}' was not created."));
        }

        foreach (var stream in _streams.Where(static s => s.Sha256 is null))
        {
            _problems.Add((ConformanceRule.Artifacts, $"The stream of the artifact '{stream.Suffix}' was not disposed."));
        }
    }
}
