namespace ReproBuild.Registry.Credentials;

/// <summary>Credentials for one registry. Not a record: its text must not hold a secret.</summary>
internal sealed class RegistryCredential
{
    private RegistryCredential(string source) => Source = source;

    /// <summary>Where they were found, for messages.</summary>
    public string Source { get; }

    /// <summary>The user, or null when there is only a token.</summary>
    public string? UserName { get; private init; }

    /// <summary>The user's password or access token.</summary>
    public string? Password { get; private init; }

    /// <summary>An OAuth 2 refresh token, which the token server exchanges.</summary>
    public string? IdentityToken { get; private init; }

    /// <summary>A bearer token that the registry takes as it is.</summary>
    public string? RegistryToken { get; private init; }

    /// <summary>Whether there are a user name and a password.</summary>
    public bool HasPassword => UserName is not null && Password is not null;

    public static RegistryCredential FromPassword(string source, string userName, string password) =>
        new(source) { UserName = userName, Password = password };

    public static RegistryCredential FromIdentityToken(string source, string token) => new(source) { IdentityToken = token };

    public static RegistryCredential FromRegistryToken(string source, string token) => new(source) { RegistryToken = token };
}
