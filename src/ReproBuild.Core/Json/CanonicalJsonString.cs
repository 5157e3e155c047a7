using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;

namespace ReproBuild.Core.Json;

/// <summary>Strings as RFC 8785, section 3.2.2.2, has them: only what JSON must escape is escaped.</summary>
internal static class CanonicalJsonString
{
    private const string LoneSurrogate = "A string holds a lone surrogate, which has no UTF-8 encoding (RFC 8785, section 3.2.2.2).";

    private static readonly SearchValues<char> Special = SearchValues.Create(
        "\"\\\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f" +
        "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f");

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Read(JsonValue value)
    {
        try
        {
            return value.TryGetValue<string>(out var text)
                ? text
                : throw new ArgumentException(
                    "The string is held as another type, such as a Guid. Make it with JsonValue.Create(string).", nameof(value));
        }
        catch (InvalidOperationException error)
        {
            // What JsonElement throws for an escaped lone surrogate, which it does not decode.
            throw new ArgumentException(LoneSurrogate, nameof(value), error);
        }
    }

    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        output.Write("\""u8);
        for (int at; (at = text.IndexOfAny(Special)) >= 0; text = text[(at + 1)..])
        {
            WriteUnescaped(output, text[..at]);
            WriteEscape(output, text[at]);
        }

        WriteUnescaped(output, text);
        output.Write("\""u8);
    }

    private static void WriteUnescaped(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        try
        {
            StrictUtf8.GetBytes(text, output);
        }
        catch (EncoderFallbackException error)
        {
            throw new ArgumentException(LoneSurrogate, nameof(text), error);
        }
    }

    private static void WriteEscape(IBufferWriter<byte> output, char character)
    {
        switch (character)
        {
            case '\b': output.Write("\\b"u8); break;
            case '\t': output.Write("\\t"u8); break;
            case '\n': output.Write("\\n"u8); break;
            case '\f': output.Write("\\f"u8); break;
            case '\r': output.Write("\\r"u8); break;
            case '"': output.Write("\\\""u8); break;
            case '\\': output.Write("\\\\"u8); break;
            default:
                output.Write("\\u00"u8);
                output.Write([HexDigit(character >> 4), HexDigit(character & 15)]);
                break;
        }
    }

    private static byte HexDigit(int value) => "0123456789abcdef"u8[value];
}
