namespace ReproBuild.Registry.Credentials;

/// <summary>Asks Docker credential helpers.</summary>
internal interface ICredentialHelper
{
    /// <summary>What the helper has for a server, or null.</summary>
    /// <param name="name">The helper's name, without <c>docker-credential-</c>.</param>
    /// <param name="server">The server, as Docker's keys name it.</param>
    /// <param name="cancellationToken">Cancels the operation and ends the helper.</param>
    /// <exception cref="ReproBuildException">The helper cannot be run, fails, or its answer is not understood.</exception>
    Task<RegistryCredential?> GetAsync(string name, string server, CancellationToken cancellationToken);
}
