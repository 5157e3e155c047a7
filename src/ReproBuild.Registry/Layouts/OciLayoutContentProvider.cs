using System.Collections.Concurrent;
using System.Collections.Immutable;
using ReproBuild.Registry.Cache;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Layouts;

/// <summary>The content of an OCI image layout directory.</summary>
internal sealed class OciLayoutContentProvider(string directory, InputLimits limits) : ILocalContentProvider
{
    private const string ContainerdImageName = "io.containerd.image.name";

    private readonly string _directory = Path.GetFullPath(directory);
    private readonly ConcurrentDictionary<string, string> _bareTags = new(StringComparer.Ordinal);

    public string GetBlobPath(Digest digest) => Path.Combine(_directory, "blobs", digest.Algorithm, digest.Hex);

    public Task<ManifestContent> GetManifestAsync(ImageReference reference, CancellationToken cancellationToken) =>
        Task.Run(() => GetManifest(reference), cancellationToken);

    private ManifestContent GetManifest(ImageReference reference)
    {
        var index = ReadIndex();
        if (reference.Digest is not null)
        {
            return TryReadManifest(reference.Digest) ?? throw NotFound(reference, index);
        }

        var found = Find(index, reference).DistinctBy(static entry => entry.Descriptor.Digest).ToImmutableArray();
        return found.Length switch
        {
            0 => throw NotFound(reference, index),
            1 => ReadManifest(reference, found[0].Descriptor),
            _ => JoinPlatforms(found),
        };
    }

    private LayoutIndex ReadIndex()
    {
        if (!File.Exists(Path.Combine(_directory, "oci-layout")))
        {
            throw new ReproBuildException(
                $"'{_directory}' is not an OCI image layout: it has no file 'oci-layout'. "
                + "Name a directory such as 'skopeo copy docker://IMAGE oci:DIRECTORY:IMAGE' makes.");
        }

        var path = Path.Combine(_directory, "index.json");
        return LayoutIndex.Parse(ReadFile(path), $"'{path}'", limits);
    }

    private ManifestContent ReadManifest(ImageReference reference, OciDescriptor descriptor)
    {
        var content = TryReadManifest(descriptor.Digest)
            ?? throw new IntegrityException(
                $"'{GetBlobPath(descriptor.Digest)}' is missing: the layout's index names {reference} but does not hold its manifest. "
                + "Copy the image into it again.");
        return content with { MediaType = descriptor.MediaType };
    }

    private ManifestContent? TryReadManifest(Digest digest)
    {
        var path = GetBlobPath(digest);
        if (!File.Exists(path))
        {
            return null;
        }

        var bytes = ReadFile(path);
        return ContentHash.Of(digest, bytes) == digest
            ? new ManifestContent(digest, "", bytes)
            : throw new CorruptBlobException(path, new OciDescriptor("", digest, bytes.Length));
    }

    private byte[] ReadFile(string path)
    {
        try
        {
            return new FileInfo(path).Length <= limits.MaxManifestSize
                ? RegularFile.ReadAllBytes(path, limits.MaxManifestSize)
                : throw new IntegrityException(
                    $"'{path}' has more than {limits.MaxManifestSize} bytes (limit {nameof(InputLimits.MaxManifestSize)}).");
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            throw new ReproBuildException($"Cannot read '{path}' of the OCI image layout: {e.Message}", e);
        }
    }

    // Tools write the full reference, the short form people type, or only the tag. The most telling form decides.
    private List<LayoutEntry> Find(LayoutIndex index, ImageReference reference)
    {
        var byName = index.Entries.Where(entry => Names(entry).Any(name => Expand(name) == reference)).ToList();
        if (byName.Count > 0)
        {
            return byName;
        }

        var byTag = index.Entries
            .Where(entry => entry.Name == reference.Tag && !entry.Descriptor.Annotations.ContainsKey(ContainerdImageName)).ToList();
        return byTag.Count > 0 && ClaimBareTag(reference) ? byTag : [];
    }

    // A bare tag says nothing about the repository: it can stand for one, but not for two at once.
    private bool ClaimBareTag(ImageReference reference)
    {
        var repository = $"{reference.Registry}/{reference.Repository}";
        var owner = _bareTags.GetOrAdd(reference.Tag!, repository);
        return owner == repository ? true : throw new ReproBuildException(
            $"{reference}: the layout '{_directory}' names an image only by the tag '{reference.Tag}', "
            + $"which cannot be both {owner} and {repository}. Name its images by full references.");
    }

    private static IEnumerable<string> Names(LayoutEntry entry) =>
        new[] { entry.Name, entry.Descriptor.Annotations.GetValueOrDefault(ContainerdImageName) }.OfType<string>();

    private static ImageReference? Expand(string name) =>
        name.AsSpan().ContainsAny('/', ':') && ImageReference.TryParse(name, out var reference) ? reference : null;

    // Some tools name every platform's manifest alike instead of an index over them.
    private static ManifestContent JoinPlatforms(ImmutableArray<LayoutEntry> entries)
    {
        var json = LayoutIndex.Serialize(MediaTypes.OciIndex, entries.Select(static entry => entry.Json));
        return new ManifestContent(Digest.OfSha256(json), MediaTypes.OciIndex, json);
    }

    private ImageNotFoundException NotFound(ImageReference reference, LayoutIndex index)
    {
        const int Shown = 20;
        var names = index.Entries.Select(static entry => entry.Name ?? entry.Descriptor.Digest.ToString()).Order(StringComparer.Ordinal).ToArray();
        var more = names.Length > Shown ? $" and {names.Length - Shown} more" : "";
        var list = names.Length == 0 ? "nothing" : string.Join(", ", names.Take(Shown)) + more;
        var problems = index.Problems.IsEmpty ? "" : $" {index.Problems.Length} of its entries cannot be read: {index.Problems[0]}";
        return new ImageNotFoundException(reference, $"{reference} is not in the OCI image layout '{_directory}', which has {list}.{problems}");
    }
}
