using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ReproBuild.Core.Json;

/// <summary>Writes JSON in the one form of the JSON Canonicalization Scheme (RFC 8785): equal values give equal bytes.</summary>
/// <remarks>
/// Members are ordered by the UTF-16 code units of their names, numbers and escapes are those of ECMAScript, the encoding is UTF-8
/// without a byte order mark. The indented form is this library's own: the same order, numbers and escapes, two spaces for each level,
/// a line feed between elements and none at the end, a space after each colon, <c>[]</c> and <c>{}</c> for what is empty.
/// </remarks>
public static class CanonicalJsonWriter
{
    /// <summary>How many arrays and objects may be inside one another.</summary>
    internal const int MaxDepth = 512;

    /// <summary>Writes a value as a new array of bytes.</summary>
    /// <param name="value">The value; null is the JSON literal <c>null</c>.</param>
    /// <param name="indented">Whether to indent; false is the form of RFC 8785.</param>
    /// <param name="numbers">How to write numbers.</param>
    /// <exception cref="ArgumentException">
    /// The value holds a lone surrogate, a number that is not finite, the same member twice, a value that is neither JSON text nor
    /// a primitive number, string or Boolean, or is deeper than 512 levels.
    /// </exception>
    public static byte[] Serialize(
        JsonNode? value, bool indented = false, CanonicalJsonNumbers numbers = CanonicalJsonNumbers.Rfc8785)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(output, value, indented, numbers);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes a value to a buffer. After an exception the buffer holds a part of it.</summary>
    /// <param name="output">What receives the bytes.</param>
    /// <param name="value">The value; null is the JSON literal <c>null</c>.</param>
    /// <param name="indented">Whether to indent; false is the form of RFC 8785.</param>
    /// <param name="numbers">How to write numbers.</param>
    /// <inheritdoc cref="Serialize" path="/exception"/>
    public static void Write(
        IBufferWriter<byte> output,
        JsonNode? value,
        bool indented = false,
        CanonicalJsonNumbers numbers = CanonicalJsonNumbers.Rfc8785)
    {
        ArgumentNullException.ThrowIfNull(output);
        new Emitter(output, indented, numbers).Value(value, 0);
    }

    private readonly struct Emitter(IBufferWriter<byte> output, bool indented, CanonicalJsonNumbers numbers)
    {
        public void Value(JsonNode? value, int depth)
        {
            if (depth > MaxDepth)
            {
                throw new ArgumentException($"The value has more than {MaxDepth} levels of arrays and objects.", nameof(value));
            }

            switch (value)
            {
                case null:
                    output.Write("null"u8);
                    break;
                case JsonObject members:
                    Object(members, depth);
                    break;
                case JsonArray elements:
                    Array(elements, depth);
                    break;
                default:
                    Scalar(value.AsValue());
                    break;
            }
        }

        private void Object(JsonObject members, int depth)
        {
            var sorted = members.ToArray();
            System.Array.Sort(sorted, static (left, right) => string.CompareOrdinal(left.Key, right.Key));
            output.Write("{"u8);
            for (var i = 0; i < sorted.Length; i++)
            {
                Separator(i, depth + 1);
                CanonicalJsonString.Write(output, sorted[i].Key);
                output.Write(indented ? ": "u8 : ":"u8);
                Value(sorted[i].Value, depth + 1);
            }

            End(sorted.Length, depth);
            output.Write("}"u8);
        }

        private void Array(JsonArray elements, int depth)
        {
            output.Write("["u8);
            for (var i = 0; i < elements.Count; i++)
            {
                Separator(i, depth + 1);
                Value(elements[i], depth + 1);
            }

            End(elements.Count, depth);
            output.Write("]"u8);
        }

        private void Scalar(JsonValue value)
        {
            switch (value.GetValueKind())
            {
                case JsonValueKind.String:
                    CanonicalJsonString.Write(output, CanonicalJsonString.Read(value));
                    break;
                case JsonValueKind.Number:
                    CanonicalJsonNumber.Write(output, value, numbers);
                    break;
                case JsonValueKind.True:
                    output.Write("true"u8);
                    break;
                case JsonValueKind.False:
                    output.Write("false"u8);
                    break;
                default:
                    throw new ArgumentException("The value wraps an object that is not JSON. Build it from JsonObject and JsonArray.", nameof(value));
            }
        }

        private void Separator(int index, int depth)
        {
            if (index > 0)
            {
                output.Write(","u8);
            }

            NewLine(depth);
        }

        private void End(int count, int depth)
        {
            if (count > 0)
            {
                NewLine(depth);
            }
        }

        private void NewLine(int depth)
        {
            if (!indented)
            {
                return;
            }

            output.Write("\n"u8);
            for (var i = 0; i < depth; i++)
            {
                output.Write("  "u8);
            }
        }
    }
}
