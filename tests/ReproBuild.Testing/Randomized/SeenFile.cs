using System.Globalization;
using System.Security.Cryptography;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Testing.Randomized;

/// <summary>A name as a reader sees it, or as it is expected to.</summary>
/// <param name="Path">From the root, without a leading slash; empty for the root itself.</param>
/// <param name="Type">The type.</param>
public sealed record SeenFile(ByteString Path, FileType Type)
{
    public uint Mode { get; init; }

    public uint UserId { get; init; }

    public uint GroupId { get; init; }

    public FileTime Time { get; init; }

    public ReadOnlyMemory<byte> Content { get; init; }

    public ByteString Target { get; init; }

    public uint DeviceMajor { get; init; }

    public uint DeviceMinor { get; init; }

    public IReadOnlyList<(ByteString Name, ByteString Value)> Attributes { get; init; } = [];

    /// <summary>Equal for the names of one inode; null for a name that is known to be the only one.</summary>
    public object? Identity { get; init; }

    /// <summary>Every name of a tree but the root's.</summary>
    public static IEnumerable<SeenFile> Of(FileTree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return tree.Entries.Select(static entry => new SeenFile(entry.Path, entry.Inode.Type)
        {
            Mode = (uint)entry.Inode.Mode,
            UserId = entry.Inode.UserId,
            GroupId = entry.Inode.GroupId,
            Time = entry.Inode.ModificationTime,
            Content = BytesOf(entry.Inode.Content),
            Target = entry.Inode.LinkTarget,
            DeviceMajor = entry.Inode.DeviceMajor,
            DeviceMinor = entry.Inode.DeviceMinor,
            Attributes = [.. entry.Inode.ExtendedAttributes.Select(static a => (a.Name, a.Value))],
            Identity = entry.Inode.IsDirectory ? null : entry.Inode,
        });
    }

    /// <summary>A line for each name, ordered by its bytes. Of several names of an inode each tells the first.</summary>
    public static string[] Lines(IEnumerable<SeenFile> files)
    {
        var sorted = files.OrderBy(static f => f.Path).ToArray();
        var first = new Dictionary<object, ByteString>();
        return [.. sorted.Select(file =>
        {
            var name = file.Identity is { } identity && !first.TryAdd(identity, file.Path) ? Hex(first[identity]) : "";
            return $"{file} {name}";
        })];
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        {Shown(Path)} {Type} {Convert.ToString(Mode, 8)} {UserId}:{GroupId} {Time.Seconds}+{Time.Nanoseconds} {Detail()} {string.Join(',', Attributes
            .OrderBy(static a => a.Name).Select(static a => $"{Hex(a.Name)}={Hex(a.Value)}"))}
        """);

    private static byte[] BytesOf(FileContent content)
    {
        var bytes = new byte[content.Length];
        return content.Read(0, bytes) == bytes.Length ? bytes : throw new EndOfStreamException();
    }

    private string Detail() => Type switch
    {
        FileType.RegularFile => $"{Content.Length}:{Convert.ToHexStringLower(SHA256.HashData(Content.Span))[..16]}",
        FileType.SymbolicLink => Shown(Target),
        FileType.CharacterDevice or FileType.BlockDevice => $"{DeviceMajor}:{DeviceMinor}",
        _ => "",
    };

    private static string Shown(ByteString bytes) => bytes.Span.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0 ? $"'{bytes}'" : Hex(bytes);

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);
}
