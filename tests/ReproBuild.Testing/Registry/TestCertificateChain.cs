using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ReproBuild.Testing.Registry;

/// <summary>A certificate authority, an intermediate one, and a server's certificate, made for one test.</summary>
public sealed class TestCertificateChain : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset Until = DateTimeOffset.UtcNow.AddDays(30);

    /// <summary>Makes a chain for a server with the given address or name.</summary>
    public TestCertificateChain(string host = "127.0.0.1")
    {
        Root = CreateAuthority("Test Root", null);
        Intermediate = CreateAuthority("Test Intermediate", Root);
        Server = CreateServer(host, Intermediate);
    }

    /// <summary>The root, with its key.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>The intermediate authority, with its key.</summary>
    public X509Certificate2 Intermediate { get; }

    /// <summary>The server's certificate, with its key.</summary>
    public X509Certificate2 Server { get; }

    /// <summary>What a server presents.</summary>
    public X509Certificate2Collection Presented => [Server, X509CertificateLoader.LoadCertificate(Intermediate.RawData)];

    /// <summary>Writes the root's certificate as PEM.</summary>
    public void WriteRoot(string path) => File.WriteAllText(path, Root.ExportCertificatePem() + "\n");

    public void Dispose()
    {
        Root.Dispose();
        Intermediate.Dispose();
        Server.Dispose();
    }

    private static X509Certificate2 CreateAuthority(string name, X509Certificate2? issuer)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return issuer is null ? request.CreateSelfSigned(From, Until) : request.Create(issuer, From, Until, Serial()).CopyWithPrivateKey(key);
    }

    private static X509Certificate2 CreateServer(string host, X509Certificate2 issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var certificate = request.Create(issuer, From, Until, Serial());
        using var withKey = certificate.CopyWithPrivateKey(key);

        // Windows' TLS takes only keys that were imported.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }

    private static byte[] Serial() => RandomNumberGenerator.GetBytes(8);
}
