using System.Collections.Immutable;

namespace ReproBuild.Core.FileSystem;

/// <summary>An extended attribute, such as <c>security.capability</c>.</summary>
/// <param name="Name">The full name with its namespace prefix.</param>
/// <param name="Value">The value.</param>
public readonly record struct ExtendedAttribute(ByteString Name, ByteString Value);

/// <summary>A file's metadata and content, immutable. Two names that share one <see cref="Inode"/> object are hard links.</summary>
public sealed class Inode
{
    private const UnixFileMode AllBits = (UnixFileMode)0xFFF;
    private const UnixFileMode ReadAll = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode SearchAll = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>0644: the owner reads and writes, everyone else reads.</summary>
    internal const UnixFileMode DefaultFileMode = ReadAll | UnixFileMode.UserWrite;

    /// <summary>0755: everyone lists and searches, the owner writes.</summary>
    internal const UnixFileMode DefaultDirectoryMode = DefaultFileMode | SearchAll;

    /// <summary>0777, as Linux shows for every symbolic link.</summary>
    internal const UnixFileMode SymbolicLinkMode = DefaultDirectoryMode | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    // Millions of inodes are in memory at once, so the fields are packed, and what few files have is in an object of its own.
    private readonly byte _type;
    private readonly ushort _mode;
    private readonly long _seconds;
    private readonly int _nanoseconds;
    private readonly Rare _rare = Rare.None;

    // 0 before a builder has put the inode under a name, then 1; 2 from a second name on, in whichever tree.
    private byte _names;

    /// <summary>The type of the file.</summary>
    public required FileType Type
    {
        get => (FileType)_type;
        init => _type = checked((byte)value);
    }

    /// <summary>The permission bits, including set-user-id, set-group-id and sticky: 0 to 07777 (octal).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Another bit is set.</exception>
    public required UnixFileMode Mode
    {
        get => (UnixFileMode)_mode;
        init => _mode = (value & ~AllBits) == 0
            ? (ushort)value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, "A mode has the bits 0 to 07777 (octal); the type of the file is Inode.Type.");
    }

    /// <summary>The owner's user id.</summary>
    public uint UserId { get; init; }

    /// <summary>The owner's group id.</summary>
    public uint GroupId { get; init; }

    /// <summary>When the content last changed.</summary>
    public FileTime ModificationTime
    {
        get => new(_seconds, _nanoseconds);
        init => (_seconds, _nanoseconds) = value;
    }

    /// <summary>The content of a regular file; empty for every other type.</summary>
    public FileContent Content { get; init; } = FileContent.Empty;

    /// <summary>The target of a symbolic link; empty for every other type.</summary>
    public ByteString LinkTarget
    {
        get => _rare.LinkTarget;
        init => _rare = value == LinkTarget ? _rare : _rare with { LinkTarget = value };
    }

    /// <summary>The major number of a device.</summary>
    public uint DeviceMajor
    {
        get => _rare.DeviceMajor;
        init => _rare = value == DeviceMajor ? _rare : _rare with { DeviceMajor = value };
    }

    /// <summary>The minor number of a device.</summary>
    public uint DeviceMinor
    {
        get => _rare.DeviceMinor;
        init => _rare = value == DeviceMinor ? _rare : _rare with { DeviceMinor = value };
    }

    /// <summary>The extended attributes, ordered by name, each name once.</summary>
    public ImmutableArray<ExtendedAttribute> ExtendedAttributes
    {
        get => _rare.ExtendedAttributes;
        init => _rare = value == ExtendedAttributes ? _rare : _rare with { ExtendedAttributes = value };
    }

    /// <summary>A parent directory that an archive implies but does not name: mode 0755, owner 0:0, time 0. Compared by reference.</summary>
    internal static Inode ImplicitDirectory { get; } = Directory();

    /// <summary>Whether the inode is a directory.</summary>
    public bool IsDirectory => Type == FileType.Directory;

    /// <summary>Whether several names were given to it, and hard links are to be looked for.</summary>
    internal bool MayBeLinked => Volatile.Read(ref _names) > 1;

    /// <summary>A regular file with owner 0:0.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="mode">Its permissions.</param>
    /// <param name="time">When it last changed; the default is 1970-01-01T00:00:00Z.</param>
    public static Inode File(FileContent content, UnixFileMode mode = DefaultFileMode, FileTime time = default) =>
        new() { Type = FileType.RegularFile, Mode = mode, ModificationTime = time, Content = content };

    /// <summary>A directory with owner 0:0.</summary>
    /// <param name="mode">Its permissions.</param>
    /// <param name="time">When it last changed; the default is 1970-01-01T00:00:00Z.</param>
    public static Inode Directory(UnixFileMode mode = DefaultDirectoryMode, FileTime time = default) =>
        new() { Type = FileType.Directory, Mode = mode, ModificationTime = time };

    /// <summary>A symbolic link with owner 0:0 and mode 0777.</summary>
    /// <param name="target">Where it points.</param>
    /// <param name="time">When it last changed; the default is 1970-01-01T00:00:00Z.</param>
    public static Inode SymbolicLink(ByteString target, FileTime time = default) =>
        new() { Type = FileType.SymbolicLink, Mode = SymbolicLinkMode, ModificationTime = time, LinkTarget = target };

    /// <summary>The same inode with another time: a copy, which shares no name with this one.</summary>
    internal Inode WithTime(FileTime time) => Copy(time, UserId, GroupId, Content);

    /// <summary>The same inode with another owner: a copy, which shares no name with this one.</summary>
    internal Inode WithOwner(uint userId, uint groupId) => Copy(ModificationTime, userId, groupId, Content);

    /// <summary>The same inode with other content: a copy, which shares no name with this one.</summary>
    internal Inode WithContent(FileContent content) => Copy(ModificationTime, UserId, GroupId, content);

    /// <summary>A copy, which shares no name with this one.</summary>
    internal Inode Copy() => WithTime(ModificationTime);

    /// <summary>Notes that a builder has put it under a name; any number of builders may at once.</summary>
    internal void AddName()
    {
        if (Volatile.Read(ref _names) < 2 && Interlocked.CompareExchange(ref _names, 1, 0) != 0)
        {
            Volatile.Write(ref _names, 2);
        }
    }

    private Inode Copy(FileTime time, uint userId, uint groupId, FileContent content) => new()
    {
        Type = Type,
        Mode = Mode,
        UserId = userId,
        GroupId = groupId,
        ModificationTime = time,
        Content = content,
        LinkTarget = LinkTarget,
        DeviceMajor = DeviceMajor,
        DeviceMinor = DeviceMinor,
        ExtendedAttributes = ExtendedAttributes,
    };

    private sealed record Rare(ByteString LinkTarget, uint DeviceMajor, uint DeviceMinor, ImmutableArray<ExtendedAttribute> ExtendedAttributes)
    {
        public static readonly Rare None = new(default, 0, 0, []);
    }
}
