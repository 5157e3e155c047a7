using ReproBuild.Registry.Content;

namespace ReproBuild.Registry.Manifests;

/// <summary>The kinds of media types in images (OCI image specification 1.1, media-types.md; Docker image manifest version 2, schema 2).</summary>
internal static class MediaTypes
{
    public const string OciConfiguration = "application/vnd.oci.image.config.v1+json";
    public const string DockerConfiguration = "application/vnd.docker.container.image.v1+json";
    public const string InTotoStatement = "application/vnd.in-toto+json";

    private const string OciLayer = "application/vnd.oci.image.layer.v1.tar";
    private const string OciNondistributableLayer = "application/vnd.oci.image.layer.nondistributable.v1.tar";
    private const string DockerLayer = "application/vnd.docker.image.rootfs.diff.tar";
    private const string DockerForeignLayer = "application/vnd.docker.image.rootfs.foreign.diff.tar";

    public static bool IsIndex(string mediaType) => mediaType is ManifestMediaTypes.OciIndex or ManifestMediaTypes.DockerManifestList;

    public static bool IsManifest(string mediaType) => mediaType is ManifestMediaTypes.OciManifest or ManifestMediaTypes.DockerManifest;

    public static bool IsConfiguration(string mediaType) => mediaType is OciConfiguration or DockerConfiguration;

    /// <summary>Whether it is a file system layer; how it is compressed, its bytes tell.</summary>
    public static bool IsLayer(string mediaType)
    {
        var compression = mediaType.LastIndexOfAny(['.', '+']);
        return mediaType is OciLayer or OciNondistributableLayer or DockerLayer or DockerForeignLayer ||
            (compression > 0 && mediaType[(compression + 1)..] is "gzip" or "zstd" &&
                mediaType[..compression] is OciLayer or OciNondistributableLayer or DockerLayer or DockerForeignLayer);
    }

    /// <summary>Whether registries may refuse to keep the layer, so that it can be missing from an image that is complete otherwise.</summary>
    public static bool IsNondistributable(string mediaType) =>
        mediaType.StartsWith(OciNondistributableLayer, StringComparison.Ordinal) ||
        mediaType.StartsWith(DockerForeignLayer, StringComparison.Ordinal);
}
