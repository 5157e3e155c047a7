using ReproBuild.Core.FileSystem;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Cache;

/// <summary>The files of blobs: in the cache, where each can be made again, or where a local provider has them.</summary>
internal sealed class BlobFiles(IContentProvider provider, CachePaths paths, CacheDirectory directory, InputLimits limits)
{
    /// <summary>Whether the files are the provider's own, and nothing can be fetched.</summary>
    public bool IsLocal => provider is ILocalContentProvider;

    /// <summary>Where a blob is, if it is here.</summary>
    public string PathOf(Digest digest) => provider is ILocalContentProvider local ? local.GetBlobPath(digest) : paths.Blob(digest);

    /// <summary>Whether a file of the right size is there, so that nothing need be fetched.</summary>
    public bool IsHere(OciDescriptor descriptor)
    {
        using var blob = Open(descriptor.Digest);
        return blob?.Length == descriptor.Size;
    }

    /// <summary>The file with the right size, or null; of a local provider it must be there.</summary>
    public FileBlob? TryOpen(ImageReference repository, OciDescriptor descriptor)
    {
        var blob = Open(descriptor.Digest);
        if (blob?.Length == descriptor.Size)
        {
            return blob;
        }

        var wasThere = blob is not null;
        blob?.Dispose();
        return !IsLocal ? null : throw (wasThere ? Corrupt(descriptor) : Missing(repository, descriptor));
    }

    /// <summary>A file that may be a manifest, whole and not verified; null when it is not there or cannot be used.</summary>
    public byte[]? TryReadManifest(Digest digest)
    {
        if (!IsLocal)
        {
            return directory.TryRead(PathOf(digest), limits.MaxManifestSize);
        }

        try
        {
            return RegularFile.ReadAllBytes(PathOf(digest), limits.MaxManifestSize);
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            // The provider says what is wrong with it.
            return null;
        }
    }

    public CorruptBlobException Corrupt(OciDescriptor descriptor) => new(PathOf(descriptor.Digest), descriptor);

    public ReproBuildException Unreadable(OciDescriptor descriptor, IOException cause) =>
        new($"Cannot read '{PathOf(descriptor.Digest)}': {cause.Message.TrimEnd('.')}. Check the disk, or fetch or copy the image again.", cause);

    private FileBlob? Open(Digest digest)
    {
        var path = PathOf(digest);
        if (!IsLocal)
        {
            return directory.TryOpen(path);
        }

        try
        {
            return new FileBlob(RegularFile.Open(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            throw new ReproBuildException($"The OCI image layout cannot be read: {e.Message}", e);
        }
    }

    private IntegrityException Missing(ImageReference repository, OciDescriptor descriptor) =>
        new(
            $"'{PathOf(descriptor.Digest)}' is missing: the layout does not hold {descriptor.Digest} of {repository}. "
            + "Copy the image into it again, with all its layers.");
}

/// <summary>A stored blob does not have the digest it is stored under.</summary>
internal sealed class CorruptBlobException(string path, OciDescriptor descriptor)
    : IntegrityException(
        $"'{path}' does not hold the {descriptor.Size} bytes of {descriptor.Digest}: the file is damaged. Delete it, and fetch or copy it again.");
