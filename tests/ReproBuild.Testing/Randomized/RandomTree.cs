using System.Globalization;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Testing.Randomized;

/// <summary>A file of a random tree. What does not fit where it stands (a name that is taken, a path that is too long) is left out.</summary>
public sealed record RandomFile
{
    /// <summary>Where it lies: a third of the numbers say in the last directory, so that trees get deep.</summary>
    public int Parent { get; init; }

    public ByteString Name { get; init; }

    public FileType Type { get; init; }

    /// <summary>A quarter of the numbers make it another name of an earlier file.</summary>
    public int Link { get; init; }

    public int Mode { get; init; }

    public uint UserId { get; init; }

    public uint GroupId { get; init; }

    public FileTime Time { get; init; }

    public RandomContent[] Content { get; init; } = [];

    public ByteString Target { get; init; }

    public uint DeviceMajor { get; init; }

    public uint DeviceMinor { get; init; }

    public (ByteString Name, ByteString Value)[] Attributes { get; init; } = [];

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Type} {Convert.ToHexStringLower(Name.Span)} parent {Parent} link {Link} mode {Convert.ToString(Mode, 8)} {UserId}:{GroupId} " +
        $"{Time.Seconds}+{Time.Nanoseconds} content [{string.Join(' ', Content)}] target {Convert.ToHexStringLower(Target.Span)} " +
        $"{DeviceMajor}:{DeviceMinor} {string.Join(' ', Attributes.Select(static a => $"{a.Name.Length}:{a.Name}={a.Value.Length}"))}");
}

/// <summary>A tree, and the ways to give it to a writer that must not show in the image.</summary>
public sealed record RandomTree(RandomFile Root, RandomFile[] Files, Func<ByteString, ByteString>? NameKey = null)
{
    private const int MaxPath = 4095;

    /// <summary>The tree in its plainest form: parents before children, each content in one piece of memory.</summary>
    public FileTree Build() => Add(Names(), static pieces => FileContent.FromBytes(RandomContent.Join(pieces)), Root);

    /// <summary>The same tree, its names added in another order and its contents made of many pieces, with holes or zeros.</summary>
    public FileTree Build(int order)
    {
        var names = Names();
        var random = new Random(order);
        random.Shuffle(names);
        return Add(names, pieces => RandomContent.Compose(pieces, random), Root);
    }

    /// <summary>What is in it, the root first.</summary>
    public IEnumerable<SeenFile> Seen() =>
    [
        See(ByteString.Empty, Root, identity: null),
        .. Names().Select(static n => See(n.Path, n.File, n.File)),
    ];

    public override string ToString() => $"root {Root}\n{string.Join('\n', Files.AsEnumerable())}\n";

    private static SeenFile See(ByteString path, RandomFile file, object? identity) => new(path, file.Type)
    {
        Mode = (uint)file.Mode,
        UserId = file.UserId,
        GroupId = file.GroupId,
        Time = file.Time,
        Content = file.Type == FileType.RegularFile ? RandomContent.Join(file.Content) : default,
        Target = file.Target,
        DeviceMajor = file.DeviceMajor,
        DeviceMinor = file.DeviceMinor,
        Attributes = file.Attributes,
        Identity = file.Type == FileType.Directory ? null : identity,
    };

    /// <summary>Every name with the file it is a name of: the same object for hard links.</summary>
    private (ByteString Path, RandomFile File)[] Names()
    {
        var names = new List<(ByteString, RandomFile)>();
        var directories = new List<ByteString> { ByteString.Empty };
        var others = new List<RandomFile>();
        var taken = new HashSet<(ByteString, ByteString)>();
        foreach (var file in Files)
        {
            var parent = directories[file.Parent % 3 == 0 ? directories.Count - 1 : file.Parent / 3 % directories.Count];
            ByteString path = parent.IsEmpty ? file.Name : ByteString.Concat(parent, "/", file.Name);
            if (path.Length > MaxPath || !taken.Add((parent, NameKey is null ? file.Name : NameKey(file.Name))))
            {
                continue;
            }

            var isDirectory = file.Type == FileType.Directory;
            var linked = !isDirectory && file.Link % 4 == 0 && others.Count > 0 ? others[file.Link / 4 % others.Count] : file with { };
            names.Add((path, linked));
            if (isDirectory)
            {
                directories.Add(path);
            }
            else
            {
                others.Add(linked);
            }
        }

        return [.. names];
    }

    private static FileTree Add((ByteString Path, RandomFile File)[] names, Func<RandomContent[], FileContent> content, RandomFile root)
    {
        var inodes = new Dictionary<RandomFile, Inode>(ReferenceEqualityComparer.Instance);
        var builder = new FileTreeBuilder(Inode(root, content));
        foreach (var (path, file) in names)
        {
            if (!inodes.TryGetValue(file, out var inode))
            {
                inodes.Add(file, inode = Inode(file, content));
            }

            builder.Add(path, inode, implicitParent: Core.FileSystem.Inode.Directory());
        }

        return builder.Build();
    }

    private static Inode Inode(RandomFile file, Func<RandomContent[], FileContent> content) => new()
    {
        Type = file.Type,
        Mode = (UnixFileMode)file.Mode,
        UserId = file.UserId,
        GroupId = file.GroupId,
        ModificationTime = file.Time,
        Content = file.Type == FileType.RegularFile ? content(file.Content) : FileContent.Empty,
        LinkTarget = file.Target,
        DeviceMajor = file.DeviceMajor,
        DeviceMinor = file.DeviceMinor,
        ExtendedAttributes = [.. file.Attributes.Select(static a => new ExtendedAttribute(a.Name, a.Value))],
    };
}
