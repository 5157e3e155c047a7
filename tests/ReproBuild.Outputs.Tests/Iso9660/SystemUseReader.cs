using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Tests.Iso9660;

/// <summary>Reads the entries of system use fields, as SUSP 1.12 and RRIP 1.12 describe them, and follows their continuations.</summary>
internal sealed class SystemUseReader(Func<long, int, byte[]> read)
{
    /// <summary>A line for each entry.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>The name that the NM entries make up.</summary>
    public List<byte> Name { get; } = [];

    /// <summary>The target that the SL entries make up, by the rules of RRIP 1.12, section 4.1.3.</summary>
    public List<byte> Target { get; } = [];

    public uint Mode { get; private set; }

    public uint Links { get; private set; }

    public uint SerialNumber { get; private set; }

    public uint UserId { get; private set; }

    public uint GroupId { get; private set; }

    /// <summary>The halves of a device's number as they stand.</summary>
    public (uint High, uint Low) Device { get; private set; }

    public FileTime Time { get; private set; }

    private bool _needsSlash;

    public void Read(ReadOnlySpan<byte> field)
    {
        while (field.Length >= 4)
        {
            var entry = field[..field[2]];
            Assert.Equal(1, entry[3]);
            if (entry.StartsWith("CE"u8))
            {
                var (sector, offset, length) = (Both(entry[4..]), Both(entry[12..]), Both(entry[20..]));
                Assert.InRange(offset + length, 1u, 2048u);
                Lines.Add($"CE sector {sector} offset {offset} length {length}");
                Read(read((sector * 2048L) + offset, (int)length));
                return;
            }

            Lines.Add(Describe(Encoding.ASCII.GetString(entry[..2]), entry));
            field = field[entry.Length..];
        }

        Assert.InRange(field.Length, 0, 1);
    }

    public static uint Both(ReadOnlySpan<byte> at)
    {
        var value = BinaryPrimitives.ReadUInt32LittleEndian(at);
        Assert.Equal(value, BinaryPrimitives.ReadUInt32BigEndian(at[4..]));
        return value;
    }

    private string Describe(string signature, ReadOnlySpan<byte> entry) => signature switch
    {
        "SP" => $"SP check {Convert.ToHexStringLower(entry[4..6])} skipped {entry[6]}",
        "ER" => $"ER version {entry[7]} identifier {Encoding.ASCII.GetString(entry.Slice(8, entry[4]))} descriptor {entry[5]} bytes source {entry[6]} bytes",
        "PX" => ReadPosixAttributes(entry),
        "PN" => ReadDevice(entry),
        "TF" => ReadTime(entry),
        "NM" => ReadName(entry),
        "SL" => ReadTarget(entry),
        _ => throw new InvalidDataException($"unknown entry {signature}"),
    };

    public static string ShortTime(ReadOnlySpan<byte> at) => $"{1900 + at[0]:D4}-{at[1]:D2}-{at[2]:D2}T{at[3]:D2}:{at[4]:D2}:{at[5]:D2} zone {at[6]}";

    private string ReadPosixAttributes(ReadOnlySpan<byte> entry)
    {
        Assert.Equal(44, entry.Length);
        (Mode, Links, SerialNumber) = (Both(entry[4..]), Both(entry[12..]), Both(entry[36..]));
        (UserId, GroupId) = (Both(entry[20..]), Both(entry[28..]));
        return $"PX mode {Convert.ToString(Mode, 8)} links {Links} owner {UserId}:{GroupId} serial number {SerialNumber}";
    }

    private string ReadDevice(ReadOnlySpan<byte> entry)
    {
        Device = (Both(entry[4..]), Both(entry[12..]));
        return $"PN high {Device.High} low {Device.Low}";
    }

    /// <summary>The modification time, the only one that is there: seven bytes, or the seventeen of the long form, which are digits.</summary>
    private string ReadTime(ReadOnlySpan<byte> entry)
    {
        if ((entry[4] & 0x80) == 0)
        {
            var at = entry[5..];
            Time = new FileTime(new DateTimeOffset(1900 + at[0], at[1], at[2], at[3], at[4], at[5], TimeSpan.Zero).ToUnixTimeSeconds());
            return $"TF flags {entry[4]:x2} {ShortTime(at)}";
        }

        var digits = Encoding.ASCII.GetString(entry[5..21]);
        var time = DateTimeOffset.ParseExact(digits[..14], "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Time = new FileTime(time.ToUnixTimeSeconds(), int.Parse(digits[14..], CultureInfo.InvariantCulture) * 10_000_000);
        return $"TF flags {entry[4]:x2} {digits} zone {entry[21]}";
    }

    private string ReadName(ReadOnlySpan<byte> entry)
    {
        Name.AddRange(entry[5..]);
        return $"NM flags {entry[4]:x2} '{Encoding.UTF8.GetString(entry[5..])}'";
    }

    private string ReadTarget(ReadOnlySpan<byte> entry)
    {
        var text = new StringBuilder($"SL flags {entry[4]:x2}");
        for (var rest = entry[5..]; !rest.IsEmpty;)
        {
            var flags = rest[0];
            var content = rest.Slice(2, rest[1]);
            if (_needsSlash)
            {
                Target.Add((byte)'/');
            }

            Target.AddRange((flags & 0x0e) switch { 0 => content, 2 => "."u8, 4 => ".."u8, _ => "/"u8 });
            _needsSlash = (flags & 0x09) == 0;
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $" [{flags:x2} '{Encoding.UTF8.GetString(content)}']");
            rest = rest[(2 + content.Length)..];
        }

        return text.ToString();
    }
}
