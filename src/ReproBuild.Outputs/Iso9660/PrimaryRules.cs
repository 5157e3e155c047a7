using System.Globalization;
using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;
using static ReproBuild.Outputs.Iso9660.IsoConstants;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>The primary hierarchy: short names, and Rock Ridge for what Linux knows of a file.</summary>
internal sealed class PrimaryRules : IHierarchyRules
{
    private readonly Dictionary<FileTreeEntry, uint> _serialNumbers = [];
    private readonly Dictionary<FileTreeEntry, int> _directoryLinks = [];
    private readonly ContinuationArea _area;

    /// <param name="tree">The tree, whose order gives the serial numbers.</param>
    /// <param name="area">Where long entries go.</param>
    public PrimaryRules(FileTree tree, ContinuationArea area)
    {
        _area = area;
        _serialNumbers.Add(tree.Root, 1);
        foreach (var entry in tree.Entries)
        {
            _serialNumbers.Add(entry, entry.HardLinkTarget is { } first ? _serialNumbers[first] : (uint)_serialNumbers.Count + 1);
        }
    }

    public List<NamedEntry> Name(FileTreeEntry directory) => PrimaryNames.Of(directory);

    public SystemUse Describe(NamedEntry named)
    {
        var inode = named.Entry.Inode;
        List<byte[]> entries = [.. Attributes(named.Entry)];
        if (inode.Type is FileType.CharacterDevice or FileType.BlockDevice)
        {
            entries.Add(SystemUseEntry.DeviceNumber(inode));
        }

        entries.AddRange(SystemUseEntry.AlternateName(named.Entry.Name));
        if (inode.Type == FileType.SymbolicLink)
        {
            entries.AddRange(SymbolicLinkEntries.Encode(inode.LinkTarget));
        }

        return SystemUse.Place(entries, named.Identifier.Length, _area);
    }

    public SystemUse DescribeDots(FileTreeEntry directory, bool isVolumeRoot)
    {
        List<byte[]> entries = isVolumeRoot
            ? [SystemUseEntry.Indicator(), .. Attributes(directory), SystemUseEntry.ExtensionsReference()]
            : [.. Attributes(directory)];
        return SystemUse.Place(entries, identifierLength: 1, _area);
    }

    private IEnumerable<byte[]> Attributes(FileTreeEntry entry)
    {
        var inode = entry.Inode;
        var mode = PosixMode.Of(inode);
        yield return SystemUseEntry.PosixAttributes(mode, (uint)Links(entry), inode, _serialNumbers[entry]);
        yield return SystemUseEntry.TimeStamp(inode.ModificationTime);
    }

    /// <summary>A directory is named by its parent, by itself and by its subdirectories; counted once, for each of them tells it.</summary>
    private int Links(FileTreeEntry entry)
    {
        if (!entry.Inode.IsDirectory)
        {
            return entry.LinkCount;
        }

        if (!_directoryLinks.TryGetValue(entry, out var links))
        {
            links = 2 + entry.Children.Count(static c => c.Inode.IsDirectory);
            _directoryLinks.Add(entry, links);
        }

        return links;
    }
}

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
