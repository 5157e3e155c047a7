namespace ReproBuild.Registry.Credentials;

/// <summary>How Docker's configuration and credential helpers name registries.</summary>
internal static class RegistryKey
{
    /// <summary>Docker Hub's key, which is neither its name in references nor its server's.</summary>
    public const string DockerHub = "https://index.docker.io/v1/";

    /// <summary>What credential helpers are asked for, and <c>docker login</c> stores.</summary>
    public static string Of(string registry) => registry == "docker.io" ? DockerHub : registry;

    /// <summary>The <c>host[:port]</c> that a key means: old clients stored addresses with a scheme and a path.</summary>
    public static string Normalize(string key)
    {
        var host = key;
        foreach (var scheme in (string[])["https://", "http://"])
        {
            host = host.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? host[scheme.Length..] : host;
        }

        host = host.Split('/')[0];
        return host is "index.docker.io" or "registry-1.docker.io" ? "docker.io" : host;
    }
}
