using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Configuration.Yaml;

/// <summary>Writes JSON values as YAML 1.2 in block style, keys ordered; equal values give equal bytes.</summary>
internal static partial class YamlWriter
{
    private const int Indentation = 2;

    /// <summary>Words that YAML 1.1 or 1.2 reads as something other than text, so that they need quotes.</summary>
    private static readonly HashSet<string> Reserved =
        new(["true", "false", "yes", "no", "on", "off", "y", "n", "null"], StringComparer.OrdinalIgnoreCase);

    public static byte[] Serialize(JsonObject root)
    {
        var output = new StringBuilder();
        Mapping(output, root, 0, startsLine: true);
        return Encoding.UTF8.GetBytes(output.ToString());
    }

    private static void Mapping(StringBuilder output, JsonObject mapping, int level, bool startsLine)
    {
        foreach (var (key, value) in mapping.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            Indent(output, startsLine ? level : 0);
            startsLine = true;
            output.Append(Text(key)).Append(':');
            Value(output, value, level + 1);
        }
    }

    private static void Value(StringBuilder output, JsonNode? value, int level)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } mapping:
                output.Append('\n');
                Mapping(output, mapping, level, startsLine: true);
                break;
            case JsonArray { Count: > 0 } sequence:
                output.Append('\n');
                Sequence(output, sequence, level);
                break;
            default:
                output.Append(' ').Append(Scalar(value)).Append('\n');
                break;
        }
    }

    private static void Sequence(StringBuilder output, JsonArray sequence, int level)
    {
        foreach (var item in sequence)
        {
            Indent(output, level);
            output.Append('-');
            if (item is JsonObject { Count: > 0 } mapping)
            {
                output.Append(' ');
                Mapping(output, mapping, level + 1, startsLine: false);
                continue;
            }

            Value(output, item, level + 1);
        }
    }

    private static string Scalar(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        _ when value.GetValueKind() == JsonValueKind.String => Text(value.GetValue<string>()),
        _ => Encoding.UTF8.GetString(CanonicalJsonWriter.Serialize(value, numbers: CanonicalJsonNumbers.ExactIntegers)),
    };

    private static string Text(string text) => PlainText().IsMatch(text) && !Reserved.Contains(text) ? text : Quoted(text);

    /// <summary>In double quotes, with the escapes that JSON and YAML share and everything that is not ASCII as UTF-8.</summary>
    private static string Quoted(string text)
    {
        var json = new ArrayBufferWriter<byte>();
        CanonicalJsonString.Write(json, text);
        var quoted = new StringBuilder();
        foreach (var c in Encoding.UTF8.GetString(json.WrittenSpan))
        {
            // JSON leaves these as they are; YAML 1.2.2 (section 5.1, c-printable) does not allow them, or folds lines at them.
            quoted.Append(c is >= '\x7F' and <= '\x9F' or '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF'
                ? $"\\u{(int)c:x4}" : c.ToString());
        }

        return quoted.ToString();
    }

    private static void Indent(StringBuilder output, int level) => output.Append(' ', level * Indentation);

    /// <summary>Text that no YAML reader can take for anything else: it begins like a word or a path and holds no special character.</summary>
    [GeneratedRegex(@"\A[A-Za-z/_][A-Za-z0-9/_.+-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainText();
}
