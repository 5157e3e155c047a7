using System.Net;

namespace ReproBuild.Registry.Transport;

/// <summary>The connection to the network: no redirects, cookies, credentials or decoding of its own; the proxy of the environment.</summary>
internal static class HttpHandlerFactory
{
    public static SocketsHttpHandler Create(RegistryOptions options, CertificateAuthorities authorities)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,
            PreAuthenticate = false,
            Proxy = new LoopbackBypass(HttpClient.DefaultProxy),
            UseCookies = false,
        };

        if (!options.CertificateAuthorityFiles.IsEmpty)
        {
            handler.SslOptions.RemoteCertificateValidationCallback =
                (_, certificate, chain, errors) => authorities.Validate(certificate, chain, errors);
        }

        return handler;
    }
}
