using System.Collections.Concurrent;
using System.Collections.Immutable;
using ReproBuild.Core.Building.Artifacts;
using ReproBuild.Core.Building.Assembling;
using ReproBuild.Core.Building.Context;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building;

/// <summary>Runs the output formats over one tree, several at once, and keeps what each of them wrote.</summary>
internal sealed class OutputStage(BuildContext build, OutputPlan plan, IArtifactTransaction transaction)
{
    private readonly ConcurrentDictionary<(string Name, string Format), ArtifactStream> _written = new();

    public async Task<ImmutableArray<BuildArtifact>> WriteAsync(RootFileSystem root, CancellationToken cancellationToken)
    {
        var parallelism = new ParallelOptions { MaxDegreeOfParallelism = build.Options.EffectiveParallelism, CancellationToken = cancellationToken };
        try
        {
            var size = root.Tree.Entries.Where(static entry => entry.HardLinkTarget is null).Sum(static entry => entry.Inode.Content.Length);
            await Parallel.ForEachAsync(plan.Formats, parallelism, (format, token) => WriteAsync(format, root, size, token)).ConfigureAwait(false);
            return [.. plan.ArtifactNames.Select(Describe)];
        }
        finally
        {
            // A format that failed may have left a stream open; a file must be closed before the transaction can remove it.
            foreach (var stream in _written.Values)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <param name="format">The format.</param>
    /// <param name="root">What it writes.</param>
    /// <param name="size">How many bytes the contents of the root have.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    private async ValueTask WriteAsync(IOutputFormat format, RootFileSystem root, long size, CancellationToken cancellationToken)
    {
        var reads = Math.Max(1, format.RootReads);
        var total = Math.Min(size, long.MaxValue / reads) * reads;
        var counter = new ProgressCounter(build.Progress, BuildPhase.Write, format.Name, total).Start();
        ContentReads.Counter = build.Progress is null ? null : counter;
        try
        {
            await format.WriteAsync(CreateContext(format, root), cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new OutputFormatException(format.Name, $"reading the root file system or writing the artifacts failed: {e.Message}", e);
        }
        catch (OutputFormatException e) when (e.Format is null)
        {
            throw new OutputFormatException(format.Name, e.Message, e);
        }

        counter.Finish();
    }

    private OutputContext CreateContext(IOutputFormat format, RootFileSystem root) =>
        new((suffix, token) => CreateArtifactAsync(format, suffix, token))
        {
            BaseName = plan.BaseName(format),
            Root = root.Tree,
            Kernel = root.Kernel,
            Platform = Platform.Linux(build.Options.Architecture),
            SourceDateEpoch = build.Options.SourceDateEpoch,
            DiskSize = build.Options.DiskSize,
            MaxParallelism = build.Options.EffectiveParallelism,
            Limits = build.Options.Limits,
            Scratch = build.Scratch,
            Pieces = build.Pieces,
            Logger = build.Logger,
        };

    private async ValueTask<Stream> CreateArtifactAsync(IOutputFormat format, string suffix, CancellationToken cancellationToken)
    {
        if (!format.ArtifactSuffixes.Contains(suffix))
        {
            throw new OutputFormatException(format.Name, $"the artifact suffix '{suffix}' is not one of its ArtifactSuffixes.", null);
        }

        var name = plan.BaseName(format) + suffix;
        var target = plan.Owner(name) == format ? await transaction.CreateAsync(name, cancellationToken).ConfigureAwait(false) : Stream.Null;
        var stream = new ArtifactStream(target);
        if (!_written.TryAdd((name, format.Name), stream))
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw new OutputFormatException(format.Name, $"the artifact '{name}' was created twice.", null);
        }

        return stream;
    }

    private BuildArtifact Describe(string name)
    {
        var owner = plan.Owner(name).Name;
        var artifact = Finished(name, owner);
        foreach (var other in _written.Keys.Where(key => key.Name == name && key.Format != owner)
            .Select(static key => key.Format).Order(StringComparer.Ordinal))
        {
            if (Finished(name, other).Digest != artifact.Digest)
            {
                throw new OutputFormatException(
                    other, $"'{name}' differs from what the format {owner} wrote, although both say that they share it.", null);
            }
        }

        return new BuildArtifact(name, owner, artifact.Size, artifact.Digest!);
    }

    private ArtifactStream Finished(string name, string format) =>
        !_written.TryGetValue((name, format), out var stream)
            ? throw new OutputFormatException(format, $"the artifact '{name}' was not written.", null)
            : stream.Digest is null
                ? throw new OutputFormatException(format, $"the stream of the artifact '{name}' was not disposed.", null)
                : stream;
}
