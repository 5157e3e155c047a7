using System.Globalization;
using System.Text;
using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Iso9660.IsoConstants;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>The names of the primary directories, for readers that know neither Rock Ridge nor Joliet (ECMA-119, sections 7.5 and 7.6).</summary>
/// <remarks>
/// Capital letters, digits and underscores; every other byte becomes an underscore, and a number makes equal names differ. Names are
/// given in the order of the tree, so that the same names always get the same numbers.
/// </remarks>
internal sealed class PrimaryNames
{
    /// <summary>The longest extension that is kept, the name being cut first.</summary>
    private const int MaxExtension = 10;

    private readonly HashSet<(string, string)> _taken = [];
    private readonly Dictionary<(string, string), int> _numbers = [];

    /// <summary>Names the entries of a directory, in the order of section 10.3.</summary>
    public static List<NamedEntry> Of(FileTreeEntry directory)
    {
        var names = new PrimaryNames();
        return [.. directory.Children
            .Select(child => (Entry: child, Name: names.Choose(child)))
            .OrderBy(static n => n.Name.Name, StringComparer.Ordinal).ThenBy(static n => n.Name.Extension, StringComparer.Ordinal)
            .Select(static n => new NamedEntry(n.Entry, Encode(n.Name, n.Entry.Inode.IsDirectory)))];
    }

    private static byte[] Encode((string Name, string Extension) name, bool isDirectory) =>
        Encoding.ASCII.GetBytes(isDirectory ? name.Name : $"{name.Name}.{name.Extension};1");

    private (string Name, string Extension) Choose(FileTreeEntry entry)
    {
        var (name, extension) = entry.Inode.IsDirectory ? (Map(entry.Name.Span), "") : Split(entry.Name.Span);
        var limit = entry.Inode.IsDirectory ? MaxDirectoryName : MaxFileName - extension.Length;
        var plain = (Cut(name, limit), extension);
        if (_taken.Add(plain))
        {
            return plain;
        }

        for (var number = _numbers.GetValueOrDefault(plain, 1); ; number++)
        {
            var suffix = "_" + number.ToString(CultureInfo.InvariantCulture);
            var numbered = (Cut(name, limit - suffix.Length) + suffix, extension);
            if (_taken.Add(numbered))
            {
                _numbers[plain] = number + 1;
                return numbered;
            }
        }
    }

    /// <summary>The extension is what follows the last dot, unless the name begins with that dot.</summary>
    private static (string Name, string Extension) Split(ReadOnlySpan<byte> name)
    {
        var dot = name.LastIndexOf((byte)'.');
        return dot > 0 ? (Map(name[..dot]), Cut(Map(name[(dot + 1)..]), MaxExtension)) : (Map(name), "");
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];

    private static string Map(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var value in name)
        {
            var character = (char)value;
            text.Append(char.IsAsciiLetterOrDigit(character) ? char.ToUpperInvariant(character) : '_');
        }

        return text.ToString();
    }
}

/// <summary>An entry of the tree with its identifier in one hierarchy of directories.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Identifier">The bytes of the identifier.</param>
internal readonly record struct NamedEntry(FileTreeEntry Entry, byte[] Identifier);
