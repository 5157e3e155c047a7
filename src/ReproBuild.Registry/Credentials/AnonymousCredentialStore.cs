namespace ReproBuild.Registry.Credentials;

/// <summary>No credentials for any registry.</summary>
internal sealed class AnonymousCredentialStore : ICredentialStore
{
    public Task<RegistryCredential?> FindAsync(string registry, CancellationToken cancellationToken) => Task.FromResult<RegistryCredential?>(null);
}
