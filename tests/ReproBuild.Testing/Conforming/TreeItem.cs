namespace ReproBuild.Testing.Conforming;

/// <summary>One path of an expected or an actual tree, in the form of <c>expected/CASE.jsonl</c>.</summary>
public sealed record TreeItem
{
    public required string Path { get; init; }

    /// <summary><c>file</c>, <c>dir</c>, <c>symlink</c>, <c>char</c>, <c>block</c> or <c>fifo</c>.</summary>
    public required string Type { get; init; }

    public string? Mode { get; init; }

    public long? UserId { get; init; }

    public long? GroupId { get; init; }

    /// <summary>In whole seconds.</summary>
    public long? ModificationTime { get; init; }

    public string? Sha256 { get; init; }

    public long? Size { get; init; }

    public string? LinkTarget { get; init; }

    public (long Major, long Minor)? Device { get; init; }

    /// <summary>Name and value in hexadecimal, ordered by name.</summary>
    public string ExtendedAttributes { get; init; } = "";

    public (string? Source, string? Location) Origin { get; init; }

    /// <summary>The first name of the same inode, when this is a later one.</summary>
    public string? InodeOf { get; init; }

    /// <summary>Whether no input names the directory, so that its metadata is anybody's choice.</summary>
    public bool IsImplied { get; init; }

    /// <summary>The content of an actual file; null for an expected one.</summary>
    public byte[]? Content { get; init; }
}
