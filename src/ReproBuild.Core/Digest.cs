using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace ReproBuild;

/// <summary>A content digest such as <c>sha256:…</c> (OCI image specification 1.1, descriptor.md, "Digests").</summary>
/// <remarks>SHA-256 and SHA-512, the two registered algorithms, are accepted; the hexadecimal part is lower case.</remarks>
[JsonConverter(typeof(TextJsonConverter<Digest>))]
public sealed record Digest : IParsable<Digest>
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private Digest(string algorithm, string hex) => (Algorithm, Hex) = (algorithm, hex);

    /// <summary><c>sha256</c> or <c>sha512</c>.</summary>
    public string Algorithm { get; }

    /// <summary>The digest in lower-case hexadecimal: 64 characters for SHA-256, 128 for SHA-512.</summary>
    public string Hex { get; }

    /// <summary>Parses <c>algorithm:hex</c>.</summary>
    /// <exception cref="FormatException">The text is not a SHA-256 or SHA-512 digest.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest)
            ? digest
            : throw new FormatException($"'{text.Shown()}' is not a digest: expected sha256: and 64, or sha512: and 128, lower-case hexadecimal digits.");

    /// <summary>Parses <c>algorithm:hex</c>; false when it is not a SHA-256 or SHA-512 digest.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Digest? digest)
    {
        digest = null;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon < 0)
        {
            return false;
        }

        var (algorithm, hex) = (text![..colon], text[(colon + 1)..]);
        var length = algorithm switch { "sha256" => 64, "sha512" => 128, _ => -1 };
        if (hex.Length != length || hex.AsSpan().ContainsAnyExcept(HexDigits))
        {
            return false;
        }

        digest = new Digest(algorithm, hex);
        return true;
    }

    static Digest IParsable<Digest>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Digest>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out Digest result) =>
        TryParse(s, out result);

    /// <summary>The digest that a finished SHA-256 computation gives.</summary>
    /// <exception cref="ArgumentException">The hash is not 32 bytes long.</exception>
    public static Digest FromSha256(ReadOnlySpan<byte> hash) =>
        hash.Length == SHA256.HashSizeInBytes
            ? new Digest("sha256", Convert.ToHexStringLower(hash))
            : throw new ArgumentException("A SHA-256 hash has 32 bytes.", nameof(hash));

    /// <summary>The SHA-256 digest of <paramref name="content"/>.</summary>
    public static Digest OfSha256(ReadOnlySpan<byte> content) => FromSha256(SHA256.HashData(content));

    /// <summary><c>algorithm:hex</c>.</summary>
    public override string ToString() => $"{Algorithm}:{Hex}";
}
