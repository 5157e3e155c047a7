using System.Globalization;
using System.Text;

namespace ReproBuild.Testing.Registry;

/// <summary>Writes the configuration files of docker-registry.</summary>
internal static class DockerRegistryConfiguration
{
    /// <summary>The bcrypt hash of <see cref="DockerRegistryOptions.Password"/>, the only kind that docker-registry reads.</summary>
    private const string PasswordHash = "$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2";

    public static string Write(DockerRegistryOptions options, int port, string directory)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"""
            version: 0.1
            log:
              level: info
              accesslog:
                disabled: true
            storage:
              filesystem:
                rootdirectory: {Path.Combine(directory, "storage")}
              delete:
                enabled: true
            http:
              addr: 127.0.0.1:{port}

            """);
        if (options.Certificate is { } certificate)
        {
            File.WriteAllText(Path.Combine(directory, "certificate.pem"), certificate.ExportCertificatePem());
            File.WriteAllText(Path.Combine(directory, "key.pem"), TestCertificate.ExportPrivateKey(certificate));
            text.Append(CultureInfo.InvariantCulture, $"""
                  tls:
                    certificate: {Path.Combine(directory, "certificate.pem")}
                    key: {Path.Combine(directory, "key.pem")}

                """);
        }

        if (options.UserName is { } user)
        {
            File.WriteAllText(Path.Combine(directory, "htpasswd"), $"{user}:{PasswordHash}\n");
            text.Append(CultureInfo.InvariantCulture, $"""
                auth:
                  htpasswd:
                    realm: test
                    path: {Path.Combine(directory, "htpasswd")}

                """);
        }

        var path = Path.Combine(directory, "registry.yml");
        File.WriteAllText(path, text.ToString());
        return path;
    }
}
