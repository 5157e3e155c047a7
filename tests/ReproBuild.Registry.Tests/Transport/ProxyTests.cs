using System.Net;
using ReproBuild.Registry.Transport;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Transport;

public sealed class ProxyTests
{
    [Fact]
    public void The_proxy_of_the_environment_is_used_except_for_this_machine()
    {
        var proxy = new LoopbackBypass(new WebProxy("http://proxy.example:3128", BypassOnLocal: false, ["inside"]));
        Assert.Equal(new Uri("http://proxy.example:3128"), proxy.GetProxy(new Uri("https://registry.example/v2/")));
        Assert.True(proxy.IsBypassed(new Uri("https://inside/v2/")));
        foreach (var loopback in (string[])["http://localhost:5000/", "http://127.0.0.1/", "http://[::1]:5000/"])
        {
            Assert.True(proxy.IsBypassed(new Uri(loopback)));
            Assert.Null(proxy.GetProxy(new Uri(loopback)));
        }
    }

    [Fact]
    public async Task The_handler_sends_through_its_proxy_and_follows_nothing_by_itself()
    {
        await using var proxy = await ScriptedServer.StartAsync(c => c.RedirectAsync("http://127.0.0.1:1/"));
        using var authorities = CertificateAuthorities.Load([]);
        using var handler = HttpSettings.CreateHandler(ClientFixture.Defaults, authorities);
        Assert.IsType<LoopbackBypass>(handler.Proxy);
        handler.Proxy = new LoopbackBypass(new WebProxy(proxy.Url));
        using var client = new HttpClient(handler);
        using var response = await client.GetAsync(new Uri("http://plain.example:5000/v2/"));
        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Equal("plain.example:5000", Assert.Single(proxy.Requests).Headers["Host"]);
    }
}
