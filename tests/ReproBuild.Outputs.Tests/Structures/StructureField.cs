using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ReproBuild.Outputs.Tests.Structures;

/// <summary>How a field is read.</summary>
internal enum FieldKind
{
    Little,
    Big,
    Ascii,
    Utf16,
    MixedGuid,
    BigGuid,
    Bytes,
}

/// <summary>A named field of an on-disk structure, as its specification has it.</summary>
internal sealed record StructureField(string Name, int Offset, int Length, FieldKind Kind = FieldKind.Little)
{
    public string Read(ReadOnlySpan<byte> structure)
    {
        var bytes = structure.Slice(Offset, Length);
        return Kind switch
        {
            FieldKind.Little => Number(bytes, isBig: false),
            FieldKind.Big => Number(bytes, isBig: true),
            FieldKind.Ascii => $"'{Printable(bytes.TrimEnd((byte)0))}'",
            FieldKind.Utf16 => $"'{Encoding.Unicode.GetString(bytes).TrimEnd('\0')}'",
            FieldKind.MixedGuid => new Guid(bytes).ToString(),
            FieldKind.BigGuid => new Guid(bytes, bigEndian: true).ToString(),
            _ => Convert.ToHexStringLower(bytes),
        };
    }

    /// <summary>Bytes as text, those that are not printable as hexadecimal numbers; line ends stay.</summary>
    public static string Printable(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var value in bytes)
        {
            text.Append(value is >= 0x20 and < 0x7F or (byte)'\n' ? ((char)value).ToString() : $"\\x{value:x2}");
        }

        return text.ToString();
    }

    private static string Number(ReadOnlySpan<byte> bytes, bool isBig)
    {
        Span<byte> wide = stackalloc byte[8];
        wide.Clear();
        bytes.CopyTo(isBig ? wide[(8 - bytes.Length)..] : wide);
        var value = isBig ? BinaryPrimitives.ReadUInt64BigEndian(wide) : BinaryPrimitives.ReadUInt64LittleEndian(wide);
        return value.ToString(CultureInfo.InvariantCulture);
    }
}
