using ReproBuild.Registry.Credentials;
using ReproBuild.Registry.Transport;

namespace ReproBuild.Registry.Authentication;

/// <summary>The errors of requests that lack the right credentials. They name where the credentials came from, never what they are.</summary>
internal static class AuthenticationErrors
{
    /// <summary>The registry or its token server says 401.</summary>
    public static RegistryException Refused(string registry, RegistryResponse response, RegistryCredential? credential) => new(
        credential is null
            ? $"{registry}: access is refused ({(int)response.Status}) without credentials, and none are stored for it. Log in with: docker login {registry}. "
                + "Many registries answer so for an image that does not exist, too: check the name."
            : $"{registry}: access is refused ({(int)response.Status}) with the credentials from {credential.Source}. Log in again with: docker login {registry}.")
    {
        StatusCode = response.Status,
        Method = response.Method.Method,
        Url = UrlRules.Redact(response.Url),
    };

    /// <summary>None of the challenges is one that can be answered.</summary>
    public static RegistryException NoScheme(string registry, RegistryResponse response, IEnumerable<string> known) => new(
        $"{registry}: the registry asks for authentication ({(int)response.Status}) in no way that is supported. Use a registry or a mirror that takes {string.Join(" or ", known)}.")
    {
        StatusCode = response.Status,
        Method = response.Method.Method,
        Url = UrlRules.Redact(response.Url),
    };
}
