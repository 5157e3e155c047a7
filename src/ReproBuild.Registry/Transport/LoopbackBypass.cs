using System.Net;

namespace ReproBuild.Registry.Transport;

/// <summary>The proxy of the environment, but never for this machine: what is sent there without TLS must not leave it.</summary>
internal sealed class LoopbackBypass(IWebProxy proxy) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => proxy.Credentials;
        set => proxy.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : proxy.GetProxy(destination);

    public bool IsBypassed(Uri host) => LoopbackHost.IsLoopback(host.Authority) || proxy.IsBypassed(host);
}
