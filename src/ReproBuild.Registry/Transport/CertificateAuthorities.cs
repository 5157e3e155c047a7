using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ReproBuild.Registry.Transport;

/// <summary>Certificate authorities that are trusted in addition to the host's own.</summary>
internal sealed class CertificateAuthorities : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Far more than all the world's authorities have.</summary>
    private const int MaxFileSize = 16 * 1024 * 1024;

    private readonly X509Certificate2Collection _certificates = [];

    private CertificateAuthorities()
    {
    }

    /// <summary>Reads PEM files.</summary>
    /// <exception cref="ReproBuildException">A file cannot be read or holds no certificate.</exception>
    public static CertificateAuthorities Load(IEnumerable<string> files)
    {
        var authorities = new CertificateAuthorities();
        foreach (var file in files)
        {
            try
            {
                var before = authorities._certificates.Count;
                authorities._certificates.ImportFromPem(Encoding.UTF8.GetString(RegularFile.ReadAllBytes(file, MaxFileSize)));
                if (authorities._certificates.Count == before)
                {
                    throw new CryptographicException("it holds no certificate");
                }
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
            {
                authorities.Dispose();
                throw new ReproBuildException(
                    $"{file}: the certificate authorities cannot be read: {e.Message.TrimEnd('.')}. "
                    + "RegistryOptions.CertificateAuthorityFiles takes PEM files with one or more BEGIN CERTIFICATE blocks.", e);
            }
        }

        return authorities;
    }

    /// <summary>Accepts what the host accepts, and any other chain that ends in one of these authorities; never a wrong host name.</summary>
    public bool Validate(X509Certificate? certificate, X509Chain? hostChain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 server)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_certificates);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        if (hostChain is not null)
        {
            // The intermediate certificates that the server sent.
            chain.ChainPolicy.ExtraStore.AddRange(hostChain.ChainPolicy.ExtraStore);
        }

        return chain.Build(server);
    }

    public void Dispose()
    {
        foreach (var certificate in _certificates)
        {
            certificate.Dispose();
        }
    }
}
