using System.Globalization;

namespace ReproBuild.Outputs.Initrd;

/// <summary>Fixed values of the "new ASCII" cpio format (Linux, Documentation/driver-api/early-userspace/buffer-format.rst; cpio(5)).</summary>
internal static class CpioConstants
{
    /// <summary>Six bytes of magic and thirteen fields of eight hexadecimal digits.</summary>
    public const int HeaderSize = 110;

    /// <summary>Names and data begin at multiples of this.</summary>
    public const int Alignment = 4;

    /// <summary>Linux skips an entry whose name, its NUL included, is longer (init/initramfs.c; PATH_MAX).</summary>
    public const int MaxNameSize = 4096;

    /// <summary>The file size is a field of 32 bits.</summary>
    public const long MaxFileSize = uint.MaxValue;

    public static ReadOnlySpan<byte> Magic => "070701"u8;

    /// <summary>The name of the entry that ends an archive.</summary>
    public static ReadOnlySpan<byte> TrailerName => "TRAILER!!!"u8;
}

/// <summary>The header of an entry, which its name follows.</summary>
internal readonly record struct CpioHeader
{
    private const int FieldSize = 8;

    public uint Inode { get; init; }

    /// <summary>The file type (S_IFMT) and the permission bits.</summary>
    public uint Mode { get; init; }

    public uint UserId { get; init; }

    public uint GroupId { get; init; }

    public uint LinkCount { get; init; }

    public uint ModificationTime { get; init; }

    public uint FileSize { get; init; }

    public uint DeviceMajor { get; init; }

    public uint DeviceMinor { get; init; }

    /// <summary>The length of the name with its NUL.</summary>
    public uint NameSize { get; init; }

    /// <summary>Encodes the <see cref="CpioConstants.HeaderSize"/> bytes.</summary>
    public void Encode(Span<byte> header)
    {
        CpioConstants.Magic.CopyTo(header);
        var rest = header[CpioConstants.Magic.Length..];
        const uint holdingDevice = 0; // of the file system that the archive was made from: there is none
        const uint checksum = 0;      // used by the 070702 variant only
        foreach (var field in (ReadOnlySpan<uint>)
        [
            Inode, Mode, UserId, GroupId, LinkCount, ModificationTime, FileSize, holdingDevice, holdingDevice,
            DeviceMajor, DeviceMinor, NameSize, checksum,
        ])
        {
            _ = field.TryFormat(rest, out _, "X8", CultureInfo.InvariantCulture);
            rest = rest[FieldSize..];
        }
    }
}
