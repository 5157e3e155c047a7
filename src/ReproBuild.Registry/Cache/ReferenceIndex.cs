using Microsoft.Extensions.Logging;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Cache;

/// <summary>What tags resolved to, recorded in the cache's <c>index.json</c>, so that a later build needs no registry.</summary>
internal sealed class ReferenceIndex(CachePaths paths, TemporaryFiles temporary, InputLimits limits, ILogger logger) : IDisposable
{
    private const int LockAttempts = 3000;
    private static readonly TimeSpan LockDelay = TimeSpan.FromMilliseconds(10);

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>What the tag resolved to, or null.</summary>
    public OciDescriptor? Find(ImageReference reference)
    {
        var name = NameOf(reference);
        return Read().Entries.FirstOrDefault(entry => entry.Name == name)?.Descriptor;
    }

    /// <summary>Records what a tag resolved to, in place of an earlier record.</summary>
    /// <exception cref="CacheException">The cache directory cannot be written.</exception>
    public async Task RecordAsync(ImageReference reference, OciDescriptor descriptor, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await using var held = (await LockAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            WriteLayoutFile();
            Write(Replace(Read(), NameOf(reference), descriptor));
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            throw CacheError.Describe(paths.IndexFile, e);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private static string NameOf(ImageReference reference) => $"{reference.Registry}/{reference.Repository}:{reference.Tag}";

    private static LayoutIndex Replace(LayoutIndex index, string name, OciDescriptor descriptor) => new(
    [
        .. index.Entries.Where(other => other.Name != name).Append(LayoutEntry.Create(name, descriptor))
            .OrderBy(static e => e.Name, StringComparer.Ordinal).ThenBy(static e => e.Descriptor.Digest.ToString(), StringComparer.Ordinal),
    ]);

    // A cache is allowed to forget: damage costs resolving tags again, not the build.
    private LayoutIndex Read()
    {
        try
        {
            return LayoutIndex.Parse(File.ReadAllBytes(paths.IndexFile), $"'{paths.IndexFile}'", limits);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new LayoutIndex([]);
        }
        catch (Exception e) when (e is IntegrityException || CacheError.IsFailure(e))
        {
            RegistryLog.IndexForgotten(logger, paths.IndexFile, e.Message);
            return new LayoutIndex([]);
        }
    }

    private void Write(LayoutIndex index)
    {
        using var file = temporary.Create();
        file.Stream.Write(index.Serialize());
        file.Publish(paths.IndexFile, replace: true);
    }

    private void WriteLayoutFile()
    {
        if (!File.Exists(paths.LayoutFile))
        {
            using var file = temporary.Create();
            file.Stream.Write(System.Text.Encoding.UTF8.GetBytes(LayoutIndex.LayoutFileContent));
            file.Publish(paths.LayoutFile, replace: false);
        }
    }

    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(paths.IndexLock)!);
        for (var attempt = 0; attempt < LockAttempts; attempt++)
        {
            if (FileLock.TryAcquire(paths.IndexLock) is { } held)
            {
                return held;
            }

            await Task.Delay(LockDelay, cancellationToken).ConfigureAwait(false);
        }

        throw new ReproBuildException($"Another process holds '{paths.IndexLock}' for too long. End it, or choose another cache directory.");
    }
}
