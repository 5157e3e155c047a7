using System.Globalization;
using System.Text;
using ReproBuild.Core;

namespace ReproBuild.Outputs.Fat;

/// <summary>Long names, and the short names beside them (Microsoft FAT specification, sections 6.1 and 7).</summary>
internal static class FatNames
{
    public const int ShortLength = 11;

    private const int BaseLength = 8;
    private const int ExtensionLength = 3;
    private const string ForbiddenInLong = "\"*/:<>?\\|";
    private const string AllowedInShort = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789$%'-_@~`!(){}^#&";

    /// <summary>The name as text, when FAT can hold it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="problem">Why not, when the result is null.</param>
    public static string? TryDecode(ByteString name, out string problem)
    {
        problem = !name.TryGetUtf8(out var text) ? "the name is not UTF-8"
            : text.Length > FatConstants.MaxLongName ? $"the name has {text.Length} UTF-16 units, more than {FatConstants.MaxLongName}"
            : text.Any(static c => c < ' ' || ForbiddenInLong.Contains(c, StringComparison.Ordinal)) ? $"the name holds a control character or one of {ForbiddenInLong}"
            : text[^1] is '.' or ' ' ? "the name ends in a dot or a space, which other systems drop"
            : "";
        return problem.Length == 0 ? text : null;
    }

    /// <summary>What names are equal by: FAT ignores case.</summary>
    public static string Fold(string name) => name.ToUpperInvariant();

    /// <summary>The 11 bytes of a name that is a short one as it stands, else null.</summary>
    public static byte[]? TryShort(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var (stem, extension) = dot < 0 ? (name, "") : (name[..dot], name[(dot + 1)..]);
        return stem.Length is >= 1 and <= BaseLength && extension.Length <= ExtensionLength && (dot < 0 || extension.Length > 0) && IsShort(stem) && IsShort(extension)
            ? Pad(stem, extension)
            : null;
    }

    /// <summary>A short name that no other of the directory has: the first letters, and a number.</summary>
    public static byte[] MakeShort(string name, HashSet<string> taken)
    {
        var trimmed = name.Replace(" ", "", StringComparison.Ordinal).TrimStart('.');
        var dot = trimmed.LastIndexOf('.');
        var stem = Clean(dot < 0 ? trimmed : trimmed[..dot]);
        var extension = Clean(dot < 0 ? "" : trimmed[(dot + 1)..]);
        extension = extension[..Math.Min(ExtensionLength, extension.Length)];
        for (var number = 1; ; number++)
        {
            var tail = string.Create(CultureInfo.InvariantCulture, $"~{number}");
            var candidate = Pad(stem[..Math.Min(BaseLength - tail.Length, stem.Length)] + tail, extension);
            if (taken.Add(Encoding.ASCII.GetString(candidate)))
            {
                return candidate;
            }
        }
    }

    /// <summary>The sum that ties a long name to its short one (section 7.2).</summary>
    public static byte Checksum(ReadOnlySpan<byte> shortName)
    {
        byte sum = 0;
        foreach (var value in shortName)
        {
            sum = unchecked((byte)(((sum & 1) << 7) + (sum >> 1) + value));
        }

        return sum;
    }

    private static bool IsShort(string part) => part.All(static c => AllowedInShort.Contains(c, StringComparison.Ordinal));

    private static string Clean(string part) =>
        new([.. part.ToUpperInvariant().Select(static c => AllowedInShort.Contains(c, StringComparison.Ordinal) ? c : '_')]);

    private static byte[] Pad(string stem, string extension) => Encoding.ASCII.GetBytes(stem.PadRight(BaseLength) + extension.PadRight(ExtensionLength));
}
