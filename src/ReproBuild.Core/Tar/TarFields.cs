namespace ReproBuild.Core.Tar;

/// <summary>A field of a header block.</summary>
/// <param name="Offset">Where it begins in the block, in bytes.</param>
/// <param name="Length">How many bytes it has.</param>
internal readonly record struct TarField(int Offset, int Length)
{
    public Span<byte> Of(Span<byte> block) => block.Slice(Offset, Length);

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> block) => block.Slice(Offset, Length);
}

/// <summary>The places of the fields in a header block (POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format").</summary>
internal static class TarFields
{
    public const int BlockSize = 512;

    public static readonly TarField Name = new(0, 100);
    public static readonly TarField Mode = new(100, 8);
    public static readonly TarField UserId = new(108, 8);
    public static readonly TarField GroupId = new(116, 8);
    public static readonly TarField Size = new(124, 12);
    public static readonly TarField ModificationTime = new(136, 12);
    public static readonly TarField Checksum = new(148, 8);
    public static readonly TarField TypeFlag = new(156, 1);
    public static readonly TarField LinkName = new(157, 100);
    public static readonly TarField Magic = new(257, 6);
    public static readonly TarField Version = new(263, 2);
    public static readonly TarField UserName = new(265, 32);
    public static readonly TarField GroupName = new(297, 32);
    public static readonly TarField DeviceMajor = new(329, 8);
    public static readonly TarField DeviceMinor = new(337, 8);
    public static readonly TarField Prefix = new(345, 155);

    /// <summary>The shorter prefix of star's header, which ends with two times and <see cref="StarTrailer"/>.</summary>
    public static readonly TarField StarPrefix = new(345, 131);

    public static readonly TarField StarTrailer = new(508, 4);

    /// <summary>The number of bytes that fill up the last block of <paramref name="size"/> bytes.</summary>
    public static int PaddingOf(long size) => (int)((BlockSize - (size % BlockSize)) % BlockSize);
}
