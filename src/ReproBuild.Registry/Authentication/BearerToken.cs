using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace ReproBuild.Registry.Authentication;

/// <summary>A token server's answer.</summary>
/// <remarks>Not a record: its text must not hold the token.</remarks>
internal sealed class BearerToken
{
    // The specification's lifetime when the server names none.
    private const int DefaultSeconds = 60;

    // Renewed a little early, so that it does not expire on its way.
    private const int SafetySeconds = 10;

    private const int MaxSeconds = 24 * 60 * 60;

    // RFC 6750, section 2.1.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("-._~+/=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private BearerToken(string value, TimeSpan lifetime) => (Value, Lifetime) = (value, lifetime);

    public string Value { get; }

    /// <summary>How long it may be used from now on.</summary>
    public TimeSpan Lifetime { get; }

    /// <summary>Parses the answer; null when it holds no usable token.</summary>
    public static BearerToken? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root)
            {
                return null;
            }

            // "access_token" is OAuth 2's name for "token"; where both are given they are equal.
            var value = FindString(root, "token") ?? FindString(root, "access_token");
            return string.IsNullOrEmpty(value) || value.AsSpan().ContainsAnyExcept(TokenCharacters) ? null : new BearerToken(value, FindLifetime(root));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static TimeSpan FindLifetime(JsonElement root)
    {
        var seconds = root.TryGetProperty("expires_in", out var value) && value.ValueKind == JsonValueKind.Number
            && double.TryParse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var given)
                ? Math.Clamp(given, DefaultSeconds, MaxSeconds)
                : DefaultSeconds;
        return TimeSpan.FromSeconds(seconds - SafetySeconds);
    }

    private static string? FindString(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
