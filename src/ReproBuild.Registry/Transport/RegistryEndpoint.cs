namespace ReproBuild.Registry.Transport;

/// <summary>A server that answers for a registry: the registry's own, or a mirror.</summary>
/// <param name="Name">How credentials and messages name the server, such as <c>docker.io</c> or <c>mirror.example.com:5000</c>.</param>
/// <param name="Origin">Scheme, host and port.</param>
/// <param name="RepositoryPrefix">What is put before the name of every repository: empty, or a path that ends in a slash.</param>
/// <param name="AcceptsCredentials">Whether credentials may go there: over TLS, to this machine, or where the caller chose plain HTTP.</param>
internal sealed record RegistryEndpoint(string Name, Uri Origin, string RepositoryPrefix, bool AcceptsCredentials)
{
    /// <summary>The name of a repository on this server.</summary>
    public string RepositoryName(string repository) => RepositoryPrefix + repository;

    /// <summary>The address of a manifest (OCI distribution specification 1.1, "Pulling manifests").</summary>
    public Uri ManifestUrl(string repository, string tagOrDigest) => new(Origin, $"/v2/{RepositoryName(repository)}/manifests/{tagOrDigest}");

    /// <summary>The address of a blob (OCI distribution specification 1.1, "Pulling blobs").</summary>
    public Uri BlobUrl(string repository, string digest) => new(Origin, $"/v2/{RepositoryName(repository)}/blobs/{digest}");
}
