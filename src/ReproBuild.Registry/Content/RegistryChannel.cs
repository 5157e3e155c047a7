using Microsoft.Extensions.Logging;
using ReproBuild.Registry.Authentication;
using ReproBuild.Registry.Credentials;
using ReproBuild.Registry.Transport;

namespace ReproBuild.Registry.Content;

/// <summary>Authenticated requests to registries, whose answers are successes: everything else is a <see cref="RegistryException"/>.</summary>
internal sealed class RegistryChannel : IDisposable
{
    private readonly HttpExchange _exchange;
    private readonly Authenticator _authenticator;
    private readonly ICredentialStore _credentials;
    private readonly TimeProvider _clock;

    public RegistryChannel(RegistryOptions options, ILogger logger, TimeProvider clock)
    {
        _clock = clock;
        _exchange = new HttpExchange(options, logger, clock);
        _credentials = options.UseDockerCredentials
            ? new DockerCredentialStore(options.DockerConfigDirectory, logger)
            : new AnonymousCredentialStore();

        // The first scheme that can answer is used, so the one that sends the password least often comes first.
        var redirects = new RedirectFollower(_exchange);
        IAuthenticationScheme[] schemes = [new BearerScheme(new TokenClient(_exchange, redirects, clock), clock, logger), new BasicScheme()];
        _authenticator = new Authenticator(redirects, _credentials, schemes, clock, logger);
    }

    /// <summary>Makes one attempt.</summary>
    /// <exception cref="RegistryException">The registry cannot be reached or does not give what is asked for.</exception>
    public async Task<RegistryResponse> SendAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        var response = await _authenticator.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if ((int)response.Status is >= 200 and < 300)
        {
            return response;
        }

        using (response)
        {
            throw await StatusErrors.CreateAsync(response, request.Endpoint.Name, request.Subject, _clock.GetUtcNow(), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _authenticator.Dispose();
        (_credentials as IDisposable)?.Dispose();
        _exchange.Dispose();
    }
}
