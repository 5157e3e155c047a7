using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ReproBuild.Core.Json;

/// <summary>Finds the value of a JSON number, whatever type holds it, and writes it.</summary>
internal static class CanonicalJsonNumber
{
    public static void Write(IBufferWriter<byte> output, JsonValue value, CanonicalJsonNumbers numbers)
    {
        if (numbers == CanonicalJsonNumbers.ExactIntegers && TryGetInteger(value) is { } digits)
        {
            Encoding.ASCII.GetBytes(digits, output);
            return;
        }

        Span<byte> text = stackalloc byte[EcmaScriptNumber.MaxLength];
        output.Write(text[..EcmaScriptNumber.Format(GetDouble(value), text)]);
    }

    private static string? TryGetInteger(JsonValue value)
    {
        if (value.TryGetValue<JsonElement>(out var element))
        {
            var text = element.GetRawText();
            return text == "-0" ? "0" : text.AsSpan().IndexOfAny('.', 'e', 'E') < 0 ? text : null;
        }

        if (value.TryGetValue<decimal>(out var fixedPoint))
        {
            return decimal.Truncate(fixedPoint) == fixedPoint ? decimal.Truncate(fixedPoint).ToString(CultureInfo.InvariantCulture) : null;
        }

        return value.TryGetValue<ulong>(out var unsigned) ? unsigned.ToString(CultureInfo.InvariantCulture)
            : TryGetSigned(value) is { } signed ? signed.ToString(CultureInfo.InvariantCulture)
            : null;
    }

    private static double GetDouble(JsonValue value) =>
        value.TryGetValue<double>(out var number) ? number
        : value.TryGetValue<float>(out var single) ? single
        : value.TryGetValue<decimal>(out var fixedPoint) ? (double)fixedPoint
        : value.TryGetValue<ulong>(out var unsigned) ? unsigned
        : TryGetSigned(value) is { } signed ? signed
        : throw new ArgumentException(
            "A number is held as a type that JSON does not know. Use one of the primitive number types.", nameof(value));

    // A value that is not JSON text answers for exactly the type it was made from.
    private static long? TryGetSigned(JsonValue value) =>
        value.TryGetValue<long>(out var int64) ? int64
        : value.TryGetValue<int>(out var int32) ? int32
        : value.TryGetValue<uint>(out var uint32) ? uint32
        : value.TryGetValue<short>(out var int16) ? int16
        : value.TryGetValue<ushort>(out var uint16) ? uint16
        : value.TryGetValue<sbyte>(out var int8) ? int8
        : value.TryGetValue<byte>(out var uint8) ? uint8
        : null;
}
