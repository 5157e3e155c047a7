using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EmbeddedRegistry;

/// <summary>A read-only OCI registry inside this process, on a free port of the loopback interface.</summary>
public sealed class RegistryServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private RegistryServer(WebApplication application, RegistryContent content, Uri address) =>
        (_application, Content, Address) = (application, content, address);

    /// <summary>What it serves; it may grow while it serves.</summary>
    public RegistryContent Content { get; }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:40123/</c>.</summary>
    public Uri Address { get; }

    /// <summary>Starts a registry, empty unless content is given.</summary>
    public static async Task<RegistryServer> StartAsync(RegistryContent? content = null, CancellationToken cancellationToken = default)
    {
        content ??= new RegistryContent();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        RegistryEndpoints.Map(application, content);
        await application.StartAsync(cancellationToken);
        var addresses = application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        return new RegistryServer(application, content, new Uri(addresses.Addresses.Single()));
    }

    /// <summary>Stops listening.</summary>
    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
