using System.Globalization;

namespace ReproBuild.Outputs.Initrd;

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
