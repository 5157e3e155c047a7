using System.Buffers.Binary;

namespace ReproBuild.Outputs.Boot.Bios;

/// <summary>Where a file lies in an image that the BIOS program boots.</summary>
/// <param name="Offset">Where it begins, in bytes; a multiple of 512, and of 2,048 in an image that is also a CD.</param>
/// <param name="Length">Its length in bytes.</param>
internal readonly record struct BootExtent(long Offset, long Length);

/// <summary>The table that the BIOS program reads: bios-loader.asm, <c>table</c>.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Initrd">The initrd; of length 0 when there is none.</param>
/// <param name="CommandLine">The command line, without a terminating zero.</param>
internal readonly record struct BiosBootTable(BootExtent Kernel, BootExtent Initrd, BootExtent CommandLine)
{
    private const int UnitSize = 512;

    public void Write(Span<byte> table)
    {
        "RBLD"u8.CopyTo(table);
        WriteExtent(table[4..], Kernel);
        WriteExtent(table[12..], Initrd);
        WriteExtent(table[20..], CommandLine);
    }

    private static void WriteExtent(Span<byte> at, BootExtent extent)
    {
        if (extent.Offset % UnitSize != 0)
        {
            throw new ArgumentException($"A file at byte {extent.Offset} does not begin at a multiple of {UnitSize} bytes.", nameof(extent));
        }

        if (extent.Offset / UnitSize > uint.MaxValue)
        {
            throw new OutputFormatException(
                $"a file that the boot program reads begins at byte {extent.Offset}, and it reaches only the first 2 TiB. " +
                "Make the root file system smaller, or use an efi format.");
        }

        BinaryPrimitives.WriteUInt32LittleEndian(at, (uint)(extent.Offset / UnitSize));
        BinaryPrimitives.WriteUInt32LittleEndian(at[4..], (uint)extent.Length);
    }
}
