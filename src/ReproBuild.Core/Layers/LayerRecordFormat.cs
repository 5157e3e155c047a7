namespace ReproBuild.Core.Layers;

/// <summary>The stored form of a <see cref="LayerRecord"/>.</summary>
/// <remarks>
/// <code>
/// magic        8 bytes
/// version      1 byte
/// reader       1 byte, the version of TarReader
/// diff id      1 byte, the number of its bytes: 32 of SHA-256, 64 of SHA-512; then these
/// length       how many bytes the archive has
/// checksums    8 bytes for each 64 KiB of the archive, the last ones perhaps fewer: XXH3, little-endian
/// count        how many entries follow
/// entry        count times:
///   type       1 byte, the tar type flag
///   fields     1 byte, which optional fields follow
///   name       how many bytes it shares with the previous name, how many follow, those bytes
///   mode, user id, group id
///   user name, group name                       pooled strings
///   seconds                                     signed
///   size
///   data offset                                 signed difference from the previous entry's
///   nanoseconds                                 optional, as are all below
///   link name                                   length, bytes
///   device major, device minor
///   extended attributes                         count, then name and value of each: pooled strings
///   PAX records                                 likewise
///   sparse extents                              count, then offset, blob offset and length of each
///   content                                     32 bytes, the SHA-256 of a regular file's content
/// hash         32 bytes, the SHA-256 of everything before
/// </code>
/// A number is little-endian base 128 (LEB128), a signed one zigzag-encoded first. A pooled string is 0 for the empty string, n for the n-th
/// distinct string of the file, or, for a new string, one more than there are so far, then its length and its bytes.
/// </remarks>
internal static class LayerRecordFormat
{
    /// <summary>To be raised whenever the meaning of a byte changes; records of other versions are made again.</summary>
    public const byte Version = 2;

    /// <summary>To be raised whenever <see cref="Tar.TarReader"/> reads other entries from some archive than before.</summary>
    public const byte ReaderVersion = 1;

    public static ReadOnlySpan<byte> Magic => "RBLAYERX"u8;

    [Flags]
    public enum Fields : byte
    {
        None = 0,
        Nanoseconds = 1,
        LinkName = 2,
        Device = 4,
        ExtendedAttributes = 8,
        PaxRecords = 16,
        SparseExtents = 32,
        ContentHash = 64,
        All = 127,
    }

    public static ulong ZigZag(long value) => unchecked((ulong)((value << 1) ^ (value >> 63)));

    public static long UnZigZag(ulong value) => unchecked((long)(value >> 1) ^ -(long)(value & 1));
}
