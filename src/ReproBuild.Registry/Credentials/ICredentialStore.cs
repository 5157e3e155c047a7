namespace ReproBuild.Registry.Credentials;

/// <summary>Where credentials come from.</summary>
internal interface ICredentialStore
{
    /// <summary>The credentials for a registry, or null.</summary>
    /// <param name="registry">The registry as references name it, such as <c>docker.io</c> or <c>host:5000</c>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ReproBuildException">The store cannot be read.</exception>
    Task<RegistryCredential?> FindAsync(string registry, CancellationToken cancellationToken);
}

/// <summary>No credentials for any registry.</summary>
internal sealed class AnonymousCredentialStore : ICredentialStore
{
    public Task<RegistryCredential?> FindAsync(string registry, CancellationToken cancellationToken) => Task.FromResult<RegistryCredential?>(null);
}
