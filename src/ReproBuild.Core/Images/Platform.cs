namespace ReproBuild.Core.Images;

/// <summary>The platform an image is made for (OCI image specification 1.1, image-index.md, "platform").</summary>
/// <param name="OperatingSystem">GOOS name; always <c>linux</c> for a LinuxKit build.</param>
/// <param name="Architecture">GOARCH name, such as <c>amd64</c> or <c>arm64</c>.</param>
/// <param name="Variant">The CPU variant, such as <c>v8</c> of <c>arm64</c>, or null for any.</param>
public sealed record Platform(string OperatingSystem, string Architecture, string? Variant = null)
{
    /// <summary>The platform of <c>linux</c> on the given architecture.</summary>
    public static Platform Linux(string architecture) => new("linux", architecture);

    /// <summary>Parses <c>os/architecture[/variant]</c>.</summary>
    /// <exception cref="FormatException">The text does not have two or three non-empty parts.</exception>
    public static Platform Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('/');
        return parts.Length is 2 or 3 && Array.TrueForAll(parts, static p => p.Length > 0)
            ? new Platform(parts[0], parts[1], parts.Length == 3 ? parts[2] : null)
            : throw new FormatException($"'{text}' is not a platform: expected os/architecture or os/architecture/variant, such as linux/arm64.");
    }

    /// <summary><c>os/architecture[/variant]</c>.</summary>
    public override string ToString() =>
        Variant is null ? $"{OperatingSystem}/{Architecture}" : $"{OperatingSystem}/{Architecture}/{Variant}";
}
