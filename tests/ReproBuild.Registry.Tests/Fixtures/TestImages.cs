using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using System.Text;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Tests.Fixtures;

/// <summary>Makes images and serves them as a registry would, counting what is asked.</summary>
internal sealed class TestImages : IContentProvider
{
    public const string Gzip = "application/vnd.oci.image.layer.v1.tar+gzip";
    public const string Zstd = "application/vnd.oci.image.layer.v1.tar+zstd";
    public const string Tar = "application/vnd.oci.image.layer.v1.tar";

    private readonly ConcurrentDictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ImageReference, OciDescriptor> _tags = new();

    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Runs in the middle of every download.</summary>
    public Func<OciDescriptor, Task> WhileDownloading { get; set; } = static _ => Task.CompletedTask;

    public IReadOnlyDictionary<string, byte[]> Blobs => _blobs;

    public OciDescriptor AddBlob(string mediaType, byte[] content)
    {
        var digest = Digest.OfSha256(content);
        _blobs[digest.ToString()] = content;
        return new OciDescriptor(mediaType, digest, content.Length);
    }

    public void RemoveBlob(Digest digest) => _blobs.TryRemove(digest.ToString(), out _);

    public OciDescriptor AddJson(string mediaType, JsonObject json) => AddBlob(mediaType, Encoding.UTF8.GetBytes(json.ToJsonString()));

    public OciDescriptor AddImage(Platform platform, params (OciDescriptor Layer, Digest DiffId)[] layers)
    {
        var configuration = new JsonObject
        {
            ["os"] = platform.OperatingSystem,
            ["architecture"] = platform.Architecture,
            ["config"] = new JsonObject { ["Cmd"] = new JsonArray("/bin/" + platform.Architecture + platform.Variant) },
            ["rootfs"] = new JsonObject
            {
                ["type"] = "layers",
                ["diff_ids"] = new JsonArray([.. layers.Select(static l => (JsonNode)l.DiffId.ToString())]),
            },
        };
        if (platform.Variant is not null)
        {
            configuration["variant"] = platform.Variant;
        }

        return AddJson(MediaTypes.OciManifest, new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciManifest,
            ["config"] = ToJson(AddJson(MediaTypes.OciConfiguration, configuration)),
            ["layers"] = new JsonArray([.. layers.Select(static l => ToJson(l.Layer))]),
        }) with { Platform = platform };
    }

    public OciDescriptor AddIndex(params OciDescriptor[] manifests) => AddJson(MediaTypes.OciIndex, new JsonObject
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = MediaTypes.OciIndex,
        ["manifests"] = new JsonArray([.. manifests.Select(ToJson)]),
    });

    public void Tag(string reference, OciDescriptor descriptor) => _tags[ImageReference.Parse(reference)] = descriptor;

    public OciDescriptor Tagged(string reference) => _tags[ImageReference.Parse(reference)];

    public Task<ManifestContent> GetManifestAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        Requests.Enqueue($"manifest {reference.Digest?.ToString() ?? reference.Tag}");
        var (mediaType, digest) = reference.Digest is not null ? ("", reference.Digest)
            : _tags.TryGetValue(reference, out var tag) ? (tag.MediaType, tag.Digest)
            : throw new ImageNotFoundException(reference, $"{reference} is unknown.");
        return Task.FromResult(_blobs.TryGetValue(digest.ToString(), out var bytes)
            ? new ManifestContent(digest, mediaType, bytes)
            : throw new ImageNotFoundException(reference, $"{digest} does not exist there (404)."));
    }

    public async Task DownloadBlobAsync(
        ImageReference repository, OciDescriptor descriptor, Stream destination, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        Requests.Enqueue($"blob {descriptor.Digest}");
        var content = _blobs.GetValueOrDefault(descriptor.Digest.ToString())
            ?? throw new RegistryException($"{descriptor.Digest} does not exist.") { StatusCode = HttpStatusCode.NotFound };
        var half = content.Length / 2;
        await destination.WriteAsync(content.AsMemory(0, half), cancellationToken);
        await WhileDownloading(descriptor).WaitAsync(cancellationToken);
        await destination.WriteAsync(content.AsMemory(half), cancellationToken);
        progress?.Report(content.Length);
    }

    public static JsonNode ToJson(OciDescriptor descriptor) => descriptor.ToJson();
}
