namespace ReproBuild.Registry.Manifests;

/// <summary>The media types of images (OCI image specification 1.1, media-types.md; Docker image manifest version 2, schema 2).</summary>
internal static class MediaTypes
{
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerManifestList = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string OciConfiguration = "application/vnd.oci.image.config.v1+json";
    public const string DockerConfiguration = "application/vnd.docker.container.image.v1+json";
    public const string InTotoStatement = "application/vnd.in-toto+json";

    private const string OciLayer = "application/vnd.oci.image.layer.v1.tar";
    private const string OciNondistributableLayer = "application/vnd.oci.image.layer.nondistributable.v1.tar";
    private const string DockerLayer = "application/vnd.docker.image.rootfs.diff.tar";
    private const string DockerForeignLayer = "application/vnd.docker.image.rootfs.foreign.diff.tar";

    /// <summary>What every request for a manifest accepts.</summary>
    public static IReadOnlyList<string> AcceptedManifests { get; } = [OciIndex, OciManifest, DockerManifestList, DockerManifest];

    public static bool IsIndex(string mediaType) => mediaType is OciIndex or DockerManifestList;

    public static bool IsManifest(string mediaType) => mediaType is OciManifest or DockerManifest;

    public static bool IsManifestOrIndex(string mediaType) => IsManifest(mediaType) || IsIndex(mediaType);

    /// <summary>Whether it is Docker's image manifest, version 2, schema 1, which schema 2 replaced in 2016.</summary>
    public static bool IsDockerSchema1(string mediaType) => mediaType is
        "application/vnd.docker.distribution.manifest.v1+json" or "application/vnd.docker.distribution.manifest.v1+prettyjws";

    public static bool IsConfiguration(string mediaType) => mediaType is OciConfiguration or DockerConfiguration;

    /// <summary>Whether it is a file system layer. Its bytes, not this, tell how it is compressed.</summary>
    public static bool IsLayer(string mediaType)
    {
        var compression = mediaType.LastIndexOfAny(['.', '+']);
        return mediaType is OciLayer or OciNondistributableLayer or DockerLayer or DockerForeignLayer ||
            (compression > 0 && mediaType[(compression + 1)..] is "gzip" or "zstd" &&
                mediaType[..compression] is OciLayer or OciNondistributableLayer or DockerLayer or DockerForeignLayer);
    }

    /// <summary>Whether registries may refuse to keep the layer, so that it can be missing from an otherwise complete image.</summary>
    public static bool IsNondistributable(string mediaType) =>
        mediaType.StartsWith(OciNondistributableLayer, StringComparison.Ordinal) ||
        mediaType.StartsWith(DockerForeignLayer, StringComparison.Ordinal);
}
