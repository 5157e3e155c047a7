namespace ReproBuild.Registry.Transport;

/// <summary>From a registry's name to the servers to ask, in order: its mirrors, then itself.</summary>
internal sealed class EndpointSelector(RegistryOptions options)
{
    public IReadOnlyList<RegistryEndpoint> Select(string registry) =>
    [
        .. options.Mirrors.Where(mirror => NameEquals(mirror.Registry, registry)).Select(OfMirror),
        OfRegistry(registry),
    ];

    private RegistryEndpoint OfRegistry(string registry)
    {
        // Docker Hub's name in references is not its server's.
        var host = registry == "docker.io" ? "registry-1.docker.io" : registry;
        var plain = LoopbackHost.IsLoopback(registry) || IsListedAsPlain(registry);
        return Uri.TryCreate($"{(plain ? "http" : "https")}://{host}", UriKind.Absolute, out var origin)
            ? new RegistryEndpoint(registry, origin, "", AcceptsCredentials: true)
            : throw new ImageReferenceException(registry, $"'{registry}' is not the address of a registry: check the host name, and that the port is at most 65535.");
    }

    private RegistryEndpoint OfMirror(RegistryMirror mirror)
    {
        var path = mirror.Url.AbsolutePath.Trim('/');
        var name = mirror.Url.Authority;
        return new RegistryEndpoint(
            name,
            new Uri(mirror.Url.GetLeftPart(UriPartial.Authority)),
            path.Length == 0 ? "" : path + "/",
            mirror.Url.Scheme == Uri.UriSchemeHttps || LoopbackHost.IsLoopback(name) || IsListedAsPlain(name));
    }

    private bool IsListedAsPlain(string registry) => options.PlainHttpRegistries.Any(plain => NameEquals(plain, registry));

    private static bool NameEquals(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
}
