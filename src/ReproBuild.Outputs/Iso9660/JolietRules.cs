using System.Buffers;
using System.Text;
using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Iso9660.IsoConstants;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>The Joliet hierarchy: long names in Unicode, and nothing else.</summary>
internal sealed class JolietRules : IHierarchyRules
{
    public List<NamedEntry> Name(FileTreeEntry directory) => JolietNames.Of(directory);

    public SystemUse Describe(NamedEntry named) => SystemUse.None;

    public SystemUse DescribeDots(FileTreeEntry directory, bool isVolumeRoot) => SystemUse.None;
}

/// <summary>The names of the Joliet directories: UTF-16, big-endian (Joliet Specification, 1995).</summary>
/// <remarks>Only directories and regular files are there: Joliet knows no other types.</remarks>
internal static class JolietNames
{
    /// <summary>What the specification forbids, control characters aside, and what stands for it.</summary>
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("*/:;?\\");
    private const string Substitute = "_";

    /// <summary>Names the entries of a directory, in the order of their characters.</summary>
    /// <exception cref="OutputFormatException">Two names become equal.</exception>
    public static List<NamedEntry> Of(FileTreeEntry directory)
    {
        var named = new SortedDictionary<string, FileTreeEntry>(StringComparer.Ordinal);
        foreach (var child in directory.Children.Where(static c => c.Inode.Type is FileType.Directory or FileType.RegularFile))
        {
            var name = Map(child.Name);
            if (!named.TryAdd(name, child))
            {
                throw new OutputFormatException(
                    $"'/{named[name].Path.Shown()}' and '/{child.Path.Shown()}' have the same Joliet name '{name}', " +
                    $"which keeps {MaxJolietName} characters and has '_' for what it cannot hold. " +
                    "Rename one of them, or leave Joliet out (OutputOptions.IsoJoliet, Iso9660Options.Joliet).");
            }
        }

        return [.. named.Select(static n => new NamedEntry(n.Value, Identifier(n.Value.Inode.IsDirectory ? n.Key : n.Key + ";1")))];
    }

    private static byte[] Identifier(string name) => Encoding.BigEndianUnicode.GetBytes(name);

    private static string Map(ByteString name)
    {
        var text = new StringBuilder(name.Length);
        for (var rest = name.Span; !rest.IsEmpty;)
        {
            var isValid = Rune.DecodeFromUtf8(rest, out var rune, out var used) == OperationStatus.Done;
            if (text.Length + rune.Utf16SequenceLength > MaxJolietName)
            {
                break;
            }

            text.Append(isValid && !IsForbidden(rune) ? rune.ToString() : Substitute);
            rest = rest[used..];
        }

        return text.ToString();
    }

    private static bool IsForbidden(Rune rune) => Rune.IsControl(rune) || (rune.IsBmp && Forbidden.Contains((char)rune.Value));
}
