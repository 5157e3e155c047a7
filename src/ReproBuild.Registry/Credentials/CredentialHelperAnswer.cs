using System.Text.Json;

namespace ReproBuild.Registry.Credentials;

/// <summary>A credential helper's JSON: <c>ServerURL</c>, <c>Username</c> and <c>Secret</c>.</summary>
internal static class CredentialHelperAnswer
{
    // With this user the secret is an identity token.
    private const string TokenUser = "<token>";

    /// <summary>Parses an answer; null when it is not one.</summary>
    public static RegistryCredential? Parse(string program, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && Find(root, "Username") is { } user && Find(root, "Secret") is { Length: > 0 } secret
                    ? user == TokenUser ? RegistryCredential.FromIdentityToken(program, secret) : RegistryCredential.FromPassword(program, user, secret)
                    : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Find(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
