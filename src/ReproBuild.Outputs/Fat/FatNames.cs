using System.Text;

namespace ReproBuild.Outputs.Fat;

/// <summary>Long names, and the short names beside them (Microsoft FAT specification, sections 6.1 and 7).</summary>
internal static class FatNames
{
    public const int BaseLength = 8;
    public const int ExtensionLength = 3;
    public const int ShortLength = BaseLength + ExtensionLength;

    private const string ForbiddenInLong = "\"*/:<>?\\|";
    private const string AllowedInShort = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789$%'-_@~`!(){}^#&";

    /// <summary>The name as text, when FAT can hold it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="problem">Why not, when the result is null.</param>
    public static string? TryDecode(ByteString name, out string problem)
    {
        problem = !name.TryGetUtf8(out var text) ? "the name is not UTF-8"
            : text.Length > FatConstants.MaxLongName ? $"the name has {text.Length} UTF-16 units, more than {FatConstants.MaxLongName}"
            : text.Any(static c => c < ' ' || ForbiddenInLong.Contains(c, StringComparison.Ordinal))
                ? $"the name holds a control character or one of {ForbiddenInLong}"
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
        var isShort = stem.Length is >= 1 and <= BaseLength && extension.Length <= ExtensionLength && (dot < 0 || extension.Length > 0);
        return isShort && stem.All(IsShort) && extension.All(IsShort)
            ? Pad(stem, extension)
            : null;
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

    /// <summary>Whether a short name can hold the character.</summary>
    public static bool IsShort(char c) => AllowedInShort.Contains(c, StringComparison.Ordinal);

    /// <summary>The 11 bytes of a short name.</summary>
    public static byte[] Pad(string stem, string extension) =>
        Encoding.ASCII.GetBytes(stem.PadRight(BaseLength) + extension.PadRight(ExtensionLength));
}
