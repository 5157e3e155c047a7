namespace ReproBuild.Outputs.Tests.Erofs;

/// <summary>An inode as the image holds it.</summary>
/// <param name="Nid">Its place: the offset divided by 32.</param>
/// <param name="Fields">The fields by the names that Linux gives them, in their order on disk, without the reserved ones.</param>
internal sealed record ErofsInode(long Nid, IReadOnlyList<(string Name, long Value)> Fields)
{
    public long this[string field] => Fields.Single(f => f.Name == field).Value;

    public bool IsExtended => (this["i_format"] & 1) == 1;

    /// <summary>0 for FLAT_PLAIN, 1 for COMPRESSED_FULL, 2 for FLAT_INLINE.</summary>
    public long DataLayout => this["i_format"] >> 1;

    public long Type => this["i_mode"] >> 12;

    public long Size => this["i_size"];

    public long XattrSize => this["i_xattr_icount"] is > 0 and var count ? 12 + ((count - 1) * 4) : 0;

    /// <summary>Where the data behind the inode begins in the image.</summary>
    public long TailOffset => (Nid * 32) + (IsExtended ? 64 : 32) + XattrSize;

    /// <summary>Where z_erofs_map_header of a compressed file begins in the image.</summary>
    public long MapHeaderOffset => (TailOffset + 7) / 8 * 8;
}
