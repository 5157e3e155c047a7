using System.Buffers;
using System.Globalization;
using System.Text;

namespace ReproBuild.Core.Tar;

/// <summary>Encodes the body of a PAX extended header: records of the form <c>LENGTH KEYWORD=VALUE\n</c>, the length counting itself.</summary>
internal static class PaxRecordEncoder
{
    /// <summary>Appends a record.</summary>
    public static void Write(IBufferWriter<byte> output, PaxRecord record)
    {
        // A space, an equals sign and a newline.
        var rest = record.Keyword.Length + record.Value.Length + 3;
        var length = rest + Digits(rest);
        length = rest + Digits(length);
        output.Write(Encoding.ASCII.GetBytes(length.ToString(CultureInfo.InvariantCulture)));
        output.Write(" "u8);
        output.Write(record.Keyword.Span);
        output.Write("="u8);
        output.Write(record.Value.Span);
        output.Write("\n"u8);
    }

    private static int Digits(int number) => number < 10 ? 1 : 1 + Digits(number / 10);
}
