using System.Buffers;
using System.Globalization;
using System.Text;

namespace ReproBuild.Core.Configuration.Yaml;

/// <summary>Turns bytes into text that a YAML scanner may see: UTF-8, of limited size, without characters that YAML forbids.</summary>
internal static class YamlSource
{
    /// <summary>Everything outside YAML 1.2.2's c-printable (section 5.1), lone surrogates excepted. NUL would end the scanner silently.</summary>
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        string.Concat(Enumerable.Range(0, 0xA0).Where(static c => c is not ('\t' or '\n' or '\r' or 0x85) && c is < 0x20 or >= 0x7F and not 0x85).Select(static c => (char)c)) + "\uFFFE\uFFFF");

    /// <exception cref="ConfigurationException">The bytes are too many or not UTF-8.</exception>
    public static string Decode(ReadOnlySpan<byte> utf8, string fileName)
    {
        CheckSize(utf8.Length, fileName);
        if (utf8.StartsWith("\uFEFF"u8))
        {
            utf8 = utf8[3..];
        }

        for (var offset = 0; offset < utf8.Length;)
        {
            if (Rune.DecodeFromUtf8(utf8[offset..], out _, out var length) != OperationStatus.Done)
            {
                throw new ProblemList().Fatal(
                    LocationAt(Encoding.UTF8.GetString(utf8[..offset]), offset, fileName),
                    string.Create(CultureInfo.InvariantCulture, $"the byte 0x{utf8[offset]:X2} is not UTF-8; expected UTF-8 text"));
            }

            offset += length;
        }

        return Encoding.UTF8.GetString(utf8);
    }

    /// <exception cref="ConfigurationException">The text is too long or holds a character that YAML forbids.</exception>
    public static void Check(string text, string fileName)
    {
        CheckSize(text.Length, fileName);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]) || Forbidden.Contains(text[i]))
            {
                throw new ProblemList().Fatal(
                    LocationAt(text, i, fileName),
                    string.Create(CultureInfo.InvariantCulture, $"the character U+{(int)text[i]:X4} is not allowed in YAML; expected it escaped in double quotes, such as \"\\x07\""));
            }
        }
    }

    public static void CheckSize(long size, string fileName)
    {
        if (size > InputLimits.Default.MaxConfigurationSize)
        {
            throw new ProblemList().Fatal(
                new SourceLocation(fileName, 1, 1),
                string.Create(CultureInfo.InvariantCulture, $"the file is too large; expected at most {InputLimits.Default.MaxConfigurationSize} bytes ({nameof(InputLimits.MaxConfigurationSize)})"));
        }
    }

    private static SourceLocation LocationAt(string text, int index, string fileName)
    {
        var before = text.AsSpan(0, Math.Min(index, text.Length));
        return new SourceLocation(fileName, 1 + before.Count('\n'), before.Length - before.LastIndexOf('\n'));
    }
}
