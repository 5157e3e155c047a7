namespace ReproBuild.Registry.Content;

/// <summary>The media types of manifests and indexes.</summary>
internal static class ManifestMediaTypes
{
    /// <summary>OCI image specification 1.1, manifest.md.</summary>
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>OCI image specification 1.1, image-index.md.</summary>
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";

    /// <summary>Docker image manifest, version 2, schema 2.</summary>
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>Docker manifest list.</summary>
    public const string DockerManifestList = "application/vnd.docker.distribution.manifest.list.v2+json";

    /// <summary>What is asked for, in every request for a manifest.</summary>
    public static IReadOnlyList<string> Accepted { get; } = [OciIndex, OciManifest, DockerManifestList, DockerManifest];

    /// <summary>Whether it is Docker's image manifest, version 2, schema 1, which schema 2 replaced in 2016.</summary>
    public static bool IsSchema1(string mediaType) => mediaType is
        "application/vnd.docker.distribution.manifest.v1+json" or "application/vnd.docker.distribution.manifest.v1+prettyjws";
}
