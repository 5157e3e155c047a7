using System.Numerics;
using static ReproBuild.Outputs.SquashFs.SquashFsConstants;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>The first 96 bytes of an image; positions are in bytes from its beginning.</summary>
internal sealed record SquashFsSuperblock
{
    public required uint InodeCount { get; init; }

    public required uint ModificationTime { get; init; }

    public required int BlockSize { get; init; }

    public required uint FragmentCount { get; init; }

    public required SquashFsCompression Compression { get; init; }

    public required ushort Flags { get; init; }

    public required int IdCount { get; init; }

    public required SquashFsReference RootInode { get; init; }

    public required long BytesUsed { get; init; }

    public required long IdTable { get; init; }

    public required ulong XattrTable { get; init; }

    public required long InodeTable { get; init; }

    public required long DirectoryTable { get; init; }

    public required ulong FragmentTable { get; init; }

    public required long ExportTable { get; init; }

    public byte[] ToBytes()
    {
        var bytes = new byte[SuperblockSize];
        var record = new SquashFsRecord(bytes);
        record.UInt32(Magic);
        record.UInt32(InodeCount);
        record.UInt32(ModificationTime);
        record.UInt32(BlockSize);
        record.UInt32(FragmentCount);
        record.UInt16((int)Compression);
        record.UInt16(BitOperations.Log2((uint)BlockSize));
        record.UInt16(Flags);
        record.UInt16(IdCount);
        record.UInt16(MajorVersion);
        record.UInt16(MinorVersion);
        record.UInt64(RootInode.Value);
        record.UInt64((ulong)BytesUsed);
        record.UInt64((ulong)IdTable);
        record.UInt64(XattrTable);
        record.UInt64((ulong)InodeTable);
        record.UInt64((ulong)DirectoryTable);
        record.UInt64(FragmentTable);
        record.UInt64((ulong)ExportTable);
        return bytes;
    }
}
