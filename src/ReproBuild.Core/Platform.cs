using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace ReproBuild;

/// <summary>The platform an image is made for (OCI image specification 1.1, image-index.md, "platform").</summary>
/// <param name="OperatingSystem">GOOS name; always <c>linux</c> for a LinuxKit build.</param>
/// <param name="Architecture">GOARCH name, such as <c>amd64</c> or <c>arm64</c>.</param>
/// <param name="Variant">The CPU variant, such as <c>v8</c> for <c>arm64</c>, or null for any.</param>
[JsonConverter(typeof(TextJsonConverter<Platform>))]
public sealed record Platform(string OperatingSystem, string Architecture, string? Variant = null) : IParsable<Platform>
{
    /// <summary>The platform of <c>linux</c> on the given architecture.</summary>
    public static Platform Linux(string architecture) => new("linux", architecture);

    /// <summary>Parses <c>os/architecture[/variant]</c>.</summary>
    /// <exception cref="FormatException">The text does not have two or three non-empty parts.</exception>
    public static Platform Parse(string text) =>
        TryParse(text, out var platform)
            ? platform
            : throw new FormatException($"'{text.Shown()}' is not a platform: expected os/architecture or os/architecture/variant, such as linux/arm64.");

    /// <summary>Parses <c>os/architecture[/variant]</c>; false when the text does not have two or three non-empty parts.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Platform? platform)
    {
        var parts = text?.Split('/') ?? [];
        platform = parts.Length is 2 or 3 && Array.TrueForAll(parts, static p => p.Length > 0)
            ? new Platform(parts[0], parts[1], parts.Length == 3 ? parts[2] : null)
            : null;
        return platform is not null;
    }

    static Platform IParsable<Platform>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Platform>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out Platform result) =>
        TryParse(s, out result);

    /// <summary><c>os/architecture[/variant]</c>.</summary>
    public override string ToString() =>
        Variant is null ? $"{OperatingSystem}/{Architecture}" : $"{OperatingSystem}/{Architecture}/{Variant}";
}
