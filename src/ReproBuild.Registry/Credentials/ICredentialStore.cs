namespace ReproBuild.Registry.Credentials;

/// <summary>What a store has for a registry.</summary>
/// <param name="Credential">The credentials, or null.</param>
/// <param name="Problem">
/// Why there are none although the user meant to have some, as a sentence with its remedy; null when nothing is wrong. The image may be
/// public, so it is not an error before the registry refuses.
/// </param>
internal sealed record CredentialAnswer(RegistryCredential? Credential, string? Problem = null)
{
    public static CredentialAnswer None { get; } = new(Credential: null);
}

/// <summary>Where credentials come from.</summary>
internal interface ICredentialStore
{
    /// <summary>The credentials for a registry, or none.</summary>
    /// <param name="registry">The registry as references name it, such as <c>docker.io</c> or <c>host:5000</c>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ReproBuildException">The store cannot be read.</exception>
    Task<CredentialAnswer> FindAsync(string registry, CancellationToken cancellationToken);
}

/// <summary>No credentials for any registry.</summary>
internal sealed class AnonymousCredentialStore : ICredentialStore
{
    public Task<CredentialAnswer> FindAsync(string registry, CancellationToken cancellationToken) => Task.FromResult(CredentialAnswer.None);
}
