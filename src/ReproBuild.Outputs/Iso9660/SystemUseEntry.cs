using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>Entries of the System Use Sharing Protocol (SUSP 1.12) and of the Rock Ridge Interchange Protocol (RRIP 1.12).</summary>
internal static class SystemUseEntry
{
    public const int ContinuationSize = 28;

    /// <summary>An entry's length is one byte.</summary>
    private const int MaxSize = 255;

    private const int HeaderSize = 4;
    private const byte Version = 1;
    private const byte Continue = 1;
    private const byte TimeModify = 0x02;
    private const byte TimeLongForm = 0x80;

    /// <summary>SP: the protocol is in use (SUSP, section 5.3).</summary>
    public static byte[] Indicator() => Create("SP"u8, [0xbe, 0xef, 0]);

    /// <summary>ER: which extension is in use (SUSP, section 5.5), with the texts that RRIP 1.12 gives in section 4.3.</summary>
    public static byte[] ExtensionsReference()
    {
        var id = "IEEE_P1282"u8;
        var descriptor = "THE IEEE P1282 PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS"u8;
        var source = "PLEASE CONTACT THE IEEE STANDARDS DEPARTMENT, PISCATAWAY, NJ, USA FOR THE P1282 SPECIFICATION."u8;
        const byte extensionVersion = 1;
        return Create("ER"u8, [(byte)id.Length, (byte)descriptor.Length, (byte)source.Length, extensionVersion, .. id, .. descriptor, .. source]);
    }

    /// <summary>CE: where the entries continue (SUSP, section 5.1).</summary>
    public static void WriteContinuation(Span<byte> at, uint sector, int offset, int length)
    {
        WriteHeader(at, "CE"u8, ContinuationSize);
        BothByteOrders.Write(at[4..], sector);
        BothByteOrders.Write(at[12..], (uint)offset);
        BothByteOrders.Write(at[20..], (uint)length);
    }

    /// <summary>PX: mode, links, owner and serial number (RRIP, section 4.1.1).</summary>
    public static byte[] PosixAttributes(uint mode, uint links, Inode inode, uint serialNumber)
    {
        var entry = Create("PX"u8, new byte[40]);
        BothByteOrders.Write(entry.AsSpan(4), mode);
        BothByteOrders.Write(entry.AsSpan(12), links);
        BothByteOrders.Write(entry.AsSpan(20), inode.UserId);
        BothByteOrders.Write(entry.AsSpan(28), inode.GroupId);
        BothByteOrders.Write(entry.AsSpan(36), serialNumber);
        return entry;
    }

    /// <summary>PN: a device's number (RRIP, section 4.1.2).</summary>
    /// <remarks>
    /// A number of 32 bits belongs in the low half: major shifted by eight, and minor. Linux reads that, and takes the halves as major and
    /// minor otherwise (fs/isofs/rock.c), which is the only way to tell it a minor number above 255; where the major number is 0 there is none
    /// (<see cref="IsoLimits"/>).
    /// </remarks>
    public static byte[] DeviceNumber(Inode inode)
    {
        const uint maxShortMajor = 0xfff;
        const uint maxShortMinor = 0xff;
        var isShort = inode.DeviceMajor <= maxShortMajor && inode.DeviceMinor <= maxShortMinor;
        var entry = Create("PN"u8, new byte[16]);
        BothByteOrders.Write(entry.AsSpan(4), isShort ? 0 : inode.DeviceMajor);
        BothByteOrders.Write(entry.AsSpan(12), isShort ? (inode.DeviceMajor << 8) | inode.DeviceMinor : inode.DeviceMinor);
        return entry;
    }

    /// <summary>TF: the modification time (RRIP, section 4.1.6); the long form only where the short one cannot hold it.</summary>
    public static byte[] TimeStamp(FileTime time)
    {
        var isShort = IsoTime.FitsShort(time);
        var entry = Create("TF"u8, new byte[1 + (isShort ? IsoTime.ShortSize : IsoTime.LongSize)]);
        entry[4] = isShort ? TimeModify : (byte)(TimeModify | TimeLongForm);
        if (isShort)
        {
            IsoTime.WriteShort(entry.AsSpan(5), time);
        }
        else
        {
            IsoTime.WriteLong(entry.AsSpan(5), time);
        }

        return entry;
    }

    /// <summary>NM: the name, over as many entries as it needs (RRIP, section 4.1.4).</summary>
    public static IEnumerable<byte[]> AlternateName(ByteString name)
    {
        const int room = MaxSize - HeaderSize - 1;
        for (var at = 0; at < name.Length; at += room)
        {
            var part = name.Span[at..Math.Min(name.Length, at + room)];
            yield return Create("NM"u8, [at + room < name.Length ? Continue : (byte)0, .. part]);
        }
    }

    internal static byte[] Create(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> data)
    {
        var entry = new byte[HeaderSize + data.Length];
        WriteHeader(entry, signature, entry.Length);
        data.CopyTo(entry.AsSpan(HeaderSize));
        return entry;
    }

    private static void WriteHeader(Span<byte> at, ReadOnlySpan<byte> signature, int length)
    {
        signature.CopyTo(at);
        at[2] = (byte)length;
        at[3] = Version;
    }
}
