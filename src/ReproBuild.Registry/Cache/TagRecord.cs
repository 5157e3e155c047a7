using System.Globalization;
using System.Text;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Cache;

/// <summary>What a tag resolved to, as it is stored: lines of text, bound under their SHA-256 to the tag's name.</summary>
/// <remarks>
/// <code>
/// reprobuild tag 1
/// REGISTRY/REPOSITORY:TAG
/// MEDIA TYPE
/// DIGEST
/// SIZE
/// SHA-256 of the lines before, their ends included, in hexadecimal
/// </code>
/// </remarks>
internal static class TagRecord
{
    /// <summary>More than any has.</summary>
    public const int MaxSize = 16 * 1024;

    private const string Signature = "reprobuild tag 1";
    private const int Lines = 6;

    public static byte[] Serialize(string name, OciDescriptor descriptor)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{Signature}\n{name}\n{descriptor.MediaType}\n{descriptor.Digest}\n{descriptor.Size}\n");
        return Encoding.UTF8.GetBytes($"{text}{HashOf(text)}\n");
    }

    /// <summary>What <see cref="Serialize"/> wrote for the same name; null when it is damaged, of another tag or of another version.</summary>
    public static OciDescriptor? Parse(byte[] bytes, string name)
    {
        var lines = Encoding.UTF8.GetString(bytes).Split('\n');
        if (lines.Length != Lines + 1 || lines[0] != Signature || lines[1] != name || !Digest.TryParse(lines[3], out var digest)
            || !long.TryParse(lines[4], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
        {
            return null;
        }

        // The same text gives the same bytes, so nothing in the file is left unchecked.
        var descriptor = new OciDescriptor(lines[2], digest, size);
        return Serialize(name, descriptor).AsSpan().SequenceEqual(bytes) ? descriptor : null;
    }

    private static string HashOf(string text) => Digest.OfSha256(Encoding.UTF8.GetBytes(text)).Hex;
}
