using Microsoft.Extensions.Logging;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Cache;

/// <summary>The cache's <c>index.json</c>, by which other tools find the images in it; what they add to it stays.</summary>
internal sealed class ReferenceIndex(
    CachePaths paths, CacheDirectory directory, TemporaryFiles temporary, InputLimits limits, ILogger logger) : IDisposable
{
    // More than any entry has that this program writes.
    private const long MaxEntrySize = 1024;
    private static readonly TimeSpan LockPatience = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>What has the name, or null.</summary>
    public OciDescriptor? Find(string name) => Read().Entries.FirstOrDefault(entry => entry.Name == name)?.Descriptor;

    /// <summary>All that has a name; of several with the same, the first.</summary>
    public IEnumerable<(string Name, OciDescriptor Descriptor)> Named() => Read().Entries
        .Where(static entry => entry.Name is not null)
        .DistinctBy(static entry => entry.Name)
        .Select(static entry => (entry.Name!, entry.Descriptor));

    /// <summary>Names an image, in place of an earlier one of that name.</summary>
    /// <exception cref="CacheException">The cache directory cannot be written.</exception>
    public async Task RecordAsync(string name, OciDescriptor descriptor, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await using var held = (await LockAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            WriteLayoutFile();
            var index = Read();
            if (!index.Entries.Any(entry => entry.Name == name && entry.Descriptor.Digest == descriptor.Digest))
            {
                Write(Replace(index, name, descriptor));
            }
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

    private static LayoutIndex Replace(LayoutIndex index, string name, OciDescriptor descriptor) => new(
    [
        .. index.Entries.Where(other => other.Name != name).Append(LayoutEntry.Create(name, descriptor))
            .OrderBy(static e => e.Name, StringComparer.Ordinal).ThenBy(static e => e.Descriptor.Digest.ToString(), StringComparer.Ordinal),
    ]);

    // A cache is allowed to forget: damage costs other tools the names, not the build.
    private LayoutIndex Read()
    {
        var maxSize = (int)Math.Min(Array.MaxLength, limits.MaxLayoutImages * MaxEntrySize);
        if (directory.TryRead(paths.IndexFile, maxSize) is not { } json)
        {
            return new LayoutIndex([]);
        }

        try
        {
            return LayoutIndex.Parse(json, $"'{paths.IndexFile}'", limits);
        }
        catch (IntegrityException e)
        {
            RegistryLog.IndexForgotten(logger, paths.IndexFile, e.Message);
            return new LayoutIndex([]);
        }
    }

    private void Write(LayoutIndex index)
    {
        using var file = temporary.Create();
        file.Stream.Write(index.Serialize());
        file.Publish(paths.IndexFile, isAddressed: false);
    }

    private void WriteLayoutFile()
    {
        if (!File.Exists(paths.LayoutFile))
        {
            using var file = temporary.Create();
            file.Stream.Write(System.Text.Encoding.UTF8.GetBytes(LayoutIndex.LayoutFileContent));
            file.Publish(paths.LayoutFile, isAddressed: false);
        }
    }

    private async Task<FileStream> LockAsync(CancellationToken cancellationToken) =>
        await CacheLock.TryTakeAsync(paths.IndexLock, directory, LockPatience, cancellationToken).ConfigureAwait(false)
        ?? throw new ReproBuildException($"Another process holds '{paths.IndexLock}' for too long. End it, or choose another cache directory.");
}
