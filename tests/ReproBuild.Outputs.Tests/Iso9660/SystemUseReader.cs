using System.Buffers.Binary;
using System.Text;

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
        "PN" => $"PN high {Both(entry[4..])} low {Both(entry[12..])}",
        "TF" => (entry[4] & 0x80) == 0 ? $"TF flags {entry[4]:x2} {ShortTime(entry[5..])}" : $"TF flags {entry[4]:x2} {Encoding.ASCII.GetString(entry[5..21])} zone {entry[21]}",
        "NM" => ReadName(entry),
        "SL" => ReadTarget(entry),
        _ => throw new InvalidDataException($"unknown entry {signature}"),
    };

    public static string ShortTime(ReadOnlySpan<byte> at) => $"{1900 + at[0]:D4}-{at[1]:D2}-{at[2]:D2}T{at[3]:D2}:{at[4]:D2}:{at[5]:D2} zone {at[6]}";

    private string ReadPosixAttributes(ReadOnlySpan<byte> entry)
    {
        Assert.Equal(44, entry.Length);
        (Mode, Links, SerialNumber) = (Both(entry[4..]), Both(entry[12..]), Both(entry[36..]));
        return $"PX mode {Convert.ToString(Mode, 8)} links {Links} owner {Both(entry[20..])}:{Both(entry[28..])} serial number {SerialNumber}";
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
