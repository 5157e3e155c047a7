using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>The data blocks of an image: where each file lies, and the fragment blocks.</summary>
internal sealed class SquashFsData(IReadOnlyDictionary<Inode, SquashFsFileData> files, IReadOnlyList<(long Start, uint Size)> fragments)
{
    private const int FragmentEntrySize = 16;

    public int FragmentCount => fragments.Count;

    public SquashFsFileData Of(Inode file) => files[file];

    public byte[] EncodeFragments()
    {
        var bytes = new byte[fragments.Count * FragmentEntrySize];
        var record = new SquashFsRecord(bytes);
        foreach (var (start, size) in fragments)
        {
            record.UInt64((ulong)start);
            record.UInt32(size);
            record.UInt32(0);
        }

        return bytes;
    }
}
