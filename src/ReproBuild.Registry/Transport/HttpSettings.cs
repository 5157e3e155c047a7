using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;

// This file is the one place where clients and handlers are made; BannedSymbols.Registry.txt keeps all others from it.
#pragma warning disable RS0030

namespace ReproBuild.Registry.Transport;

/// <summary>How HTTP is spoken: nothing that changes what is sent or what arrives is left to the framework's defaults.</summary>
internal static class HttpSettings
{
    /// <summary>How long the headers of an answer may be, in units of 1,024 bytes.</summary>
    public const int MaxHeaderKilobytes = 64;
    private const int MaxDrainedBytes = 64 * 1024;

    private static readonly MediaTypeWithQualityHeaderValue Anything = new("*/*");

    /// <summary>What is true of every connection.</summary>
    public static SocketsHttpHandler CreateHandler(RegistryOptions options, CertificateAuthorities authorities)
    {
        var handler = new SocketsHttpHandler
        {
            // Traces of the caller are nobody else's business: no 'traceparent' header.
            ActivityHeadersPropagator = null,

            // RedirectFollower decides which redirects are followed, and keeps credentials from other servers.
            AllowAutoRedirect = false,

            // ContentCoding undoes what a server does unasked, within the limits.
            AutomaticDecompression = DecompressionMethods.None,

            ConnectTimeout = options.ConnectTimeout,

            // Authenticator answers challenges. For a proxy only what its address holds.
            Credentials = null,
            DefaultProxyCredentials = null,
            PreAuthenticate = false,

            // Nothing is sent in two steps: no request but the token servers' small form has a body.
            Expect100ContinueTimeout = TimeSpan.Zero,

            // HttpExchange bounds requests; a second bound here would let a connection that is being closed hold up the next request.
            MaxConnectionsPerServer = int.MaxValue,

            // Long enough for signed redirects, and a bound on what a server can make us keep.
            MaxResponseHeadersLength = MaxHeaderKilobytes,

            // An answer that is given up is read to its end only if that is soon; else its connection is closed.
            MaxResponseDrainSize = MaxDrainedBytes,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),

            // A source may live long: an address that moves is found again.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),

            // The environment's, or the system's on Windows and macOS, but never for this machine.
            Proxy = new LoopbackBypass(HttpClient.DefaultProxy),
            UseProxy = true,

            // One character for each byte: ServerAddress needs what the server sent, not what it may have meant.
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,

            // A registry's cookie has no meaning for us, and would tie requests together.
            UseCookies = false,
        };

        // As clients of registries do: most authorities no longer answer, and an answer would not change what a digest verifies.
        handler.SslOptions.CertificateRevocationCheckMode = X509RevocationMode.NoCheck;
        if (!options.CertificateAuthorityFiles.IsEmpty)
        {
            handler.SslOptions.RemoteCertificateValidationCallback =
                (_, certificate, chain, errors) => authorities.Validate(certificate, chain, errors);
        }

        return handler;
    }

    /// <summary>What is true of every request.</summary>
    public static HttpClient CreateClient(SocketsHttpHandler handler)
    {
        var client = new HttpClient(handler)
        {
            // Bodies are never buffered by the client, so one that were would show at once.
            MaxResponseContentBufferSize = 1,

            // HttpExchange and ResponseBody limit the silence; a large layer may take as long as it takes.
            Timeout = Timeout.InfiniteTimeSpan,
        };

        // Without this header a proxy may encode answers as it likes (RFC 9110, section 12.5.3).
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("identity");

        // No 'Expect: 100-continue', whatever the framework thinks of the body.
        client.DefaultRequestHeaders.ExpectContinue = false;

        // Some servers refuse requests without one. It tells no version, so that servers have nothing to tell apart.
        client.DefaultRequestHeaders.UserAgent.ParseAdd("ReproBuild");
        return client;
    }

    /// <summary>Completes a request: the client's defaults do not reach these.</summary>
    public static void Complete(HttpRequestMessage message)
    {
        // HTTP/1.1 has one download for each connection, so that one that breaks breaks no other. A proxy may speak 1.0.
        message.Version = HttpVersion.Version11;
        message.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;

        // Means the same as no header, but some firewalls refuse requests without one.
        if (message.Headers.Accept.Count == 0)
        {
            message.Headers.Accept.Add(Anything);
        }
    }
}

/// <summary>The proxy of the environment, but never for this machine: what is sent there without TLS must not leave it.</summary>
internal sealed class LoopbackBypass(IWebProxy proxy) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => proxy.Credentials;
        set => proxy.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : proxy.GetProxy(destination);

    public bool IsBypassed(Uri host) => UrlRules.IsLoopback(host.Authority) || proxy.IsBypassed(host);
}
