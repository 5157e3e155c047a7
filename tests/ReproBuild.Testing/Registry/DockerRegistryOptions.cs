using System.Security.Cryptography.X509Certificates;

namespace ReproBuild.Testing.Registry;

/// <summary>How a <see cref="DockerRegistryServer"/> serves.</summary>
public sealed record DockerRegistryOptions
{
    /// <summary>The password of <see cref="UserName"/>.</summary>
    public const string Password = "correct horse";

    /// <summary>The user that basic authentication asks for.</summary>
    /// <value>Default null: anyone may read and write.</value>
    public string? UserName { get; init; }

    /// <summary>The certificate, with its private key, of a server that speaks TLS.</summary>
    /// <value>Default null: plain HTTP.</value>
    public X509Certificate2? Certificate { get; init; }
}
