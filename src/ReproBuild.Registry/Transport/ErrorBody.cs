using System.Text.Json;
using System.Text.RegularExpressions;

namespace ReproBuild.Registry.Transport;

/// <summary>The error code in a registry's JSON (OCI distribution specification 1.1, "Error Codes").</summary>
/// <remarks>Only the code is used: a message is free text, which may repeat what was sent.</remarks>
internal static partial class ErrorBody
{
    private const int MaxSize = 64 * 1024;

    /// <summary>The first error's code, or null when the body is something else, too long, or does not arrive.</summary>
    public static async Task<string?> ReadCodeAsync(RegistryResponse response, CancellationToken cancellationToken)
    {
        try
        {
            var body = await response.ReadBodyAsync(MaxSize, cancellationToken).ConfigureAwait(false);
            return body is null ? null : FindCode(body);
        }
        catch (RegistryException)
        {
            // The status says enough.
            return null;
        }
    }

    private static string? FindCode(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0
                && errors[0] is { ValueKind: JsonValueKind.Object } first
                && first.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.String
                && code.GetString() is { } text && CodePattern().IsMatch(text)
                    ? text
                    : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A[A-Z][A-Z0-9_]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex CodePattern();
}
