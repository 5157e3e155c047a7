namespace ReproBuild.Registry.Transport;

/// <summary>A server that answers for a registry: the registry's own, or a mirror.</summary>
/// <param name="Name">How credentials and messages name the server, such as <c>docker.io</c> or <c>mirror.example.com:5000</c>.</param>
/// <param name="Origin">Scheme, host and port.</param>
/// <param name="RepositoryPrefix">What is put before the name of every repository: empty, or a path that ends in a slash.</param>
/// <param name="AcceptsCredentials">Whether credentials may go there: over TLS, to this machine, or where the caller chose plain HTTP.</param>
internal sealed record RegistryEndpoint(string Name, Uri Origin, string RepositoryPrefix, bool AcceptsCredentials)
{
    /// <summary>The servers to ask for a registry, in order: its mirrors, then itself.</summary>
    /// <exception cref="ImageReferenceException">The registry's name is not an address.</exception>
    public static IReadOnlyList<RegistryEndpoint> Select(string registry, RegistryOptions options) =>
    [
        .. options.Mirrors.Where(mirror => NameEquals(mirror.Registry, registry)).Select(mirror => OfMirror(mirror, options)),
        OfRegistry(registry, options),
    ];

    /// <summary>The name of a reference's repository on this server.</summary>
    public string RepositoryOf(ImageReference reference) => RepositoryPrefix + reference.Repository;

    /// <summary>The address of a manifest (OCI distribution specification 1.1, "Pulling manifests").</summary>
    public Uri ManifestUrl(ImageReference reference) =>
        ServerAddress.On(Origin, $"/v2/{RepositoryOf(reference)}/manifests/{reference.Digest?.ToString() ?? reference.Tag}");

    /// <summary>The address of a blob (OCI distribution specification 1.1, "Pulling blobs").</summary>
    public Uri BlobUrl(ImageReference reference, Digest blob) =>
        ServerAddress.On(Origin, $"/v2/{RepositoryOf(reference)}/blobs/{blob}");

    private static RegistryEndpoint OfRegistry(string registry, RegistryOptions options)
    {
        // Docker Hub's name in references is not its server's.
        var host = registry == "docker.io" ? "registry-1.docker.io" : registry;
        var plain = UrlRules.IsLoopback(registry) || IsListedAsPlain(registry, options);
        return ServerAddress.TryResolve(null, $"{(plain ? "http" : "https")}://{host}", out var origin, out _)
            ? new RegistryEndpoint(registry, origin, "", AcceptsCredentials: true)
            : throw new ImageReferenceException(
                registry, $"'{registry}' is not the address of a registry: check the host name, and that the port is at most 65535.");
    }

    private static RegistryEndpoint OfMirror(RegistryMirror mirror, RegistryOptions options)
    {
        var path = ServerAddress.PathOf(mirror.Url).Trim('/');
        var name = mirror.Url.Authority;
        return new RegistryEndpoint(
            name,
            ServerAddress.On(mirror.Url, "/"),
            path.Length == 0 ? "" : path + "/",
            mirror.Url.Scheme == Uri.UriSchemeHttps || UrlRules.IsLoopback(name) || IsListedAsPlain(name, options));
    }

    private static bool IsListedAsPlain(string registry, RegistryOptions options) =>
        options.PlainHttpRegistries.Any(plain => NameEquals(plain, registry));

    private static bool NameEquals(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
}
