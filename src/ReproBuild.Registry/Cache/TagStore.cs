using Microsoft.Extensions.Logging;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Cache;

/// <summary>What tags resolved to, so that a later build needs no registry.</summary>
/// <remarks>
/// Each has a file that is bound to it, and is forgotten when it is damaged. <c>index.json</c>, which nothing protects, is written for other tools.
/// It is read only where an older version of this program kept its tags there, until they all have files.
/// </remarks>
internal sealed class TagStore(
    CachePaths paths, CacheDirectory directory, TemporaryFiles temporary, ReferenceIndex index, ILogger logger)
{
    /// <summary>What the tag resolved to, or null.</summary>
    public OciDescriptor? Find(ImageReference reference)
    {
        var name = NameOf(reference);
        var path = paths.Tag(name);
        if (directory.TryRead(path, TagRecord.MaxSize) is not { } bytes)
        {
            return File.Exists(paths.TagsAreComplete) ? null : index.Find(name);
        }

        if (TagRecord.Parse(bytes, name) is { } descriptor)
        {
            return descriptor;
        }

        RegistryLog.CacheFileUnusable(logger, path, "it is damaged, or of another tag or version");
        return null;
    }

    /// <summary>Records what a tag resolved to, in place of an earlier record.</summary>
    /// <exception cref="CacheException">The cache directory cannot be written.</exception>
    public async Task RememberAsync(ImageReference reference, OciDescriptor descriptor, CancellationToken cancellationToken)
    {
        var name = NameOf(reference);
        if (!File.Exists(paths.TagsAreComplete))
        {
            TakeOver();
        }
        else if (Find(reference)?.Digest == descriptor.Digest)
        {
            return;
        }

        // First for others: a process that dies between the two leaves it to the next.
        await index.RecordAsync(name, descriptor, cancellationToken).ConfigureAwait(false);
        Write(name, descriptor);
    }

    /// <summary>Forgets a tag, so that it is asked for again.</summary>
    public void Forget(ImageReference reference) => directory.TryDelete(paths.Tag(NameOf(reference)));

    /// <summary>What a tag is called in the cache.</summary>
    public static string NameOf(ImageReference reference) => $"{reference.Registry}/{reference.Repository}:{reference.Tag}";

    /// <summary>Gives the tags of an older version files. Several processes may do it at once: they write the same.</summary>
    private void TakeOver()
    {
        foreach (var (name, descriptor) in index.Named())
        {
            if (ImageReference.TryParse(name, out var reference) && reference.Digest is null && NameOf(reference) == name
                && directory.TryRead(paths.Tag(name), TagRecord.MaxSize) is null)
            {
                Write(name, descriptor);
            }
        }

        Write(paths.TagsAreComplete, "complete\n"u8);
    }

    private void Write(string name, OciDescriptor descriptor) => Write(paths.Tag(name), TagRecord.Serialize(name, descriptor));

    private void Write(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = temporary.Create();
        file.Stream.Write(bytes);
        file.Publish(path, isAddressed: false);
    }
}
