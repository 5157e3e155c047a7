namespace ReproBuild.Outputs.SquashFs;

/// <summary>A place in a stream of metadata blocks.</summary>
/// <param name="Block">Where the block begins on disk, in bytes from the beginning of its table.</param>
/// <param name="Offset">Where in the uncompressed block.</param>
internal readonly record struct SquashFsReference(uint Block, ushort Offset)
{
    /// <summary>As inodes and tables hold it: the block above 16 bits of the offset.</summary>
    public ulong Value => ((ulong)Block << 16) | Offset;
}
