namespace ReproBuild.Core.Tar;

/// <summary>The fields of a header block that has been read: v7, ustar, GNU and star.</summary>
internal readonly struct TarHeader
{
    private readonly byte[] _block;

    /// <param name="block">The header block; it must not change while the header is in use.</param>
    /// <param name="offset">Where the block begins in the archive.</param>
    /// <exception cref="IntegrityException">The checksum is wrong.</exception>
    public TarHeader(byte[] block, long offset)
    {
        _block = block;
        Location = new TarLocation(offset);
        if (!TarNumber.TryParse(Field(TarFields.Checksum), out var checksum) || !TarChecksum.Matches(block, checksum))
        {
            throw Location.Malformed("the checksum of a header is wrong");
        }

        Name = ReadName();
        Location = new TarLocation(offset, Name);
    }

    public TarLocation Location { get; }

    public byte TypeFlag => _block[TarFields.TypeFlag.Offset];

    /// <summary>The name with its prefix.</summary>
    public ByteString Name { get; }

    public ByteString LinkName => new(Text(TarFields.LinkName));

    public UnixFileMode Mode => (UnixFileMode)(Number(TarFields.Mode, "mode") & 0xFFF);

    public uint UserId => UnsignedNumber(TarFields.UserId, "user id");

    public uint GroupId => UnsignedNumber(TarFields.GroupId, "group id");

    public long Size => Number(TarFields.Size, "size") is >= 0 and var size ? size : throw Location.Malformed("the size is negative");

    public long ModificationTime => Number(TarFields.ModificationTime, "modification time");

    public ByteString UserName => IsV7 ? default : new ByteString(Text(TarFields.UserName));

    public ByteString GroupName => IsV7 ? default : new ByteString(Text(TarFields.GroupName));

    public uint DeviceMajor => IsV7 ? 0 : UnsignedNumber(TarFields.DeviceMajor, "device major number");

    public uint DeviceMinor => IsV7 ? 0 : UnsignedNumber(TarFields.DeviceMinor, "device minor number");

    /// <summary>The whole block, for GNU's sparse fields.</summary>
    public ReadOnlySpan<byte> Block => _block;

    private bool IsV7 => !Field(TarFields.Magic).StartsWith("ustar"u8);

    private ReadOnlySpan<byte> Field(TarField field) => field.Of((ReadOnlySpan<byte>)_block);

    // Text ends at the first NUL, or fills its field.
    private ReadOnlySpan<byte> Text(TarField field)
    {
        var text = Field(field);
        var end = text.IndexOf((byte)0);
        return end < 0 ? text : text[..end];
    }

    private ByteString ReadName()
    {
        var name = Text(TarFields.Name);

        // GNU's magic is "ustar  ": its header has other fields in the prefix's place.
        if (!Field(TarFields.Magic).SequenceEqual("ustar\0"u8))
        {
            return new ByteString(name);
        }

        var prefix = Text(Field(TarFields.StarTrailer).SequenceEqual("tar\0"u8) ? TarFields.StarPrefix : TarFields.Prefix);
        return prefix.IsEmpty ? new ByteString(name) : ByteString.Concat(new ByteString(prefix), new ByteString("/"u8), new ByteString(name));
    }

    private long Number(TarField field, string what) =>
        TarNumber.TryParse(Field(field), out var value) ? value : throw Location.Malformed($"the {what} is not a number");

    private uint UnsignedNumber(TarField field, string what) =>
        Number(field, what) is >= 0 and <= uint.MaxValue and var value
            ? (uint)value
            : throw Location.Malformed($"the {what} is outside 0 to {uint.MaxValue}");
}
