namespace ReproBuild.Core.Tar;

/// <summary>Encodes header blocks (POSIX.1-2017, pax, "ustar Interchange Format").</summary>
internal static class UstarHeader
{
    private const int PaxHeaderMode = 0b110_100_100;

    private static ReadOnlySpan<byte> PaxHeaderDirectory => "PaxHeaders.0/"u8;

    /// <summary>Encodes an entry's header. A value that does not fit is 0 or cut off: the PAX records before it have the full value.</summary>
    /// <param name="block">512 bytes of zeros.</param>
    /// <param name="entry">The entry, with its name as it is to be written.</param>
    public static void Write(Span<byte> block, TarEntry entry)
    {
        UstarName.Write(block, entry.Name.Span);
        WriteNumber(block, TarFields.Mode, (long)entry.Mode);
        WriteNumber(block, TarFields.UserId, entry.UserId);
        WriteNumber(block, TarFields.GroupId, entry.GroupId);
        WriteNumber(block, TarFields.Size, entry.Size);
        WriteNumber(block, TarFields.ModificationTime, entry.ModificationTime.Seconds);
        block[TarFields.TypeFlag.Offset] = (byte)entry.Type;
        WriteText(block, TarFields.LinkName, entry.LinkName.Span, terminated: false);
        WriteText(block, TarFields.UserName, entry.UserName.Span, terminated: true);
        WriteText(block, TarFields.GroupName, entry.GroupName.Span, terminated: true);
        WriteNumber(block, TarFields.DeviceMajor, entry.DeviceMajor);
        WriteNumber(block, TarFields.DeviceMinor, entry.DeviceMinor);
        Finish(block);
    }

    /// <summary>Encodes the header of an entry's PAX records. Only its name depends on the entry.</summary>
    public static void WritePax(Span<byte> block, ByteString entryName, int size)
    {
        var name = TarFields.Name.Of(block);
        PaxHeaderDirectory.CopyTo(name);
        var rest = name[PaxHeaderDirectory.Length..];
        var own = entryName.Span.TrimEnd((byte)'/');
        own[..Math.Min(own.Length, rest.Length)].CopyTo(rest);
        WriteNumber(block, TarFields.Mode, PaxHeaderMode);
        WriteNumber(block, TarFields.UserId, 0);
        WriteNumber(block, TarFields.GroupId, 0);
        WriteNumber(block, TarFields.Size, size);
        WriteNumber(block, TarFields.ModificationTime, 0);
        block[TarFields.TypeFlag.Offset] = TarTypeFlags.PaxLocal;
        WriteNumber(block, TarFields.DeviceMajor, 0);
        WriteNumber(block, TarFields.DeviceMinor, 0);
        Finish(block);
    }

    /// <summary>Whether the text fits, with a NUL after it where the field needs one.</summary>
    public static bool Fits(TarField field, ByteString text, bool terminated) => text.Length <= field.Length - (terminated ? 1 : 0);

    private static void Finish(Span<byte> block)
    {
        "ustar\0"u8.CopyTo(TarFields.Magic.Of(block));
        "00"u8.CopyTo(TarFields.Version.Of(block));
        TarChecksum.Write(block);
    }

    private static void WriteNumber(Span<byte> block, TarField field, long value) =>
        TarNumber.WriteOctal(field.Of(block), TarNumber.FitsOctal(field, value) ? value : 0);

    private static void WriteText(Span<byte> block, TarField field, ReadOnlySpan<byte> text, bool terminated) =>
        text[..Math.Min(text.Length, field.Length - (terminated ? 1 : 0))].CopyTo(field.Of(block));
}
