using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Iso9660.IsoConstants;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>Where the contents of an ISO 9660 volume lie, for boot programs that read them without a file system.</summary>
public sealed class Iso9660Layout
{
    private readonly FileTree _tree;
    private readonly IReadOnlyDictionary<FileContent, uint> _sectors;
    private readonly IReadOnlyList<uint> _bootSectors;

    internal Iso9660Layout(FileTree tree, IReadOnlyDictionary<FileContent, uint> sectors, IReadOnlyList<uint> bootSectors, long length) =>
        (_tree, _sectors, _bootSectors, Length) = (tree, sectors, bootSectors, length);

    /// <summary>The length of the volume in bytes, the system area included: a multiple of 2,048.</summary>
    public long Length { get; }

    /// <summary>Where a file's content begins, in bytes: a multiple of 2,048. It lies in one piece.</summary>
    /// <exception cref="KeyNotFoundException">No file that is not empty has that path.</exception>
    public long OffsetOf(ByteString path) => _tree.Find(path) is { } entry && _sectors.TryGetValue(entry.Inode.Content, out var sector)
        ? (long)sector * SectorSize
        : throw new KeyNotFoundException($"'/{path}' is not a file with content.");

    /// <summary>Where a boot image begins, in bytes: a multiple of 2,048.</summary>
    /// <param name="index">Its place in <see cref="Iso9660Options.BootImages"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public long OffsetOfBootImage(int index) => (long)_bootSectors[index] * SectorSize;
}
