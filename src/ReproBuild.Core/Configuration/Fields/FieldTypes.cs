using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration.Yaml;

namespace ReproBuild.Core.Configuration.Fields;

/// <summary>The types that fields of any table have.</summary>
internal static class FieldTypes
{
    /// <summary>-1 stands for no limit, or for every number of a device.</summary>
    private const long Unlimited = -1;

    /// <summary>Text; empty counts as not given.</summary>
    public static ScalarType<string> Text { get; } = new(new ValueKind.Text(), static value => value.Text(), static text => text)
    {
        IsAbsent = static text => text.Length == 0,
    };

    /// <summary>Text that may be empty.</summary>
    public static ScalarType<string> AnyText { get; } = new(new ValueKind.Text(), static value => value.Text(), static text => text);

    /// <summary>Text of at least one character.</summary>
    public static ScalarType<string> NonEmptyText { get; } = new ScalarType<string>(new ValueKind.Text(), ReadNonEmptyText, static text => text)
        .That(static text => text.Length > 0 ? null : "it is empty; expected text");

    public static ListType<string> Texts { get; } = new(AnyText);

    public static MapType<string> TextMap { get; } = new(AnyText);

    public static ScalarType<bool> Flag { get; } = new(new ValueKind.Boolean(), ReadBoolean, static value => value);

    public static ScalarType<ushort> UShort { get; } = Integer(ushort.MinValue, ushort.MaxValue, static value => value);

    public static ScalarType<uint> UInt { get; } = Integer(uint.MinValue, uint.MaxValue, static value => value);

    public static ScalarType<ulong> ULong { get; } = Integer(ulong.MinValue, ulong.MaxValue, static value => value);

    public static ScalarType<long> Long { get; } = Integer(long.MinValue, long.MaxValue, static value => value);

    public static ScalarType<long> Natural { get; } = Integer(0, long.MaxValue, static value => value);

    /// <summary>A whole number, or -1 for no limit.</summary>
    public static ScalarType<long> CountOrUnlimited { get; } = Integer(Unlimited, long.MaxValue, static value => value);

    public static ScalarType<int> Int(int minimum, int maximum) => Integer(minimum, maximum, static value => value);

    /// <summary>A file mode: octal text, quoted or not.</summary>
    public static ScalarType<WrittenMode> OctalMode { get; } =
        new ScalarType<WrittenMode>(new ValueKind.Text(WrittenMode.Expected), WrittenMode.Read, static mode => mode.ToString())
        {
            IsAbsent = static mode => mode.ToString().Length == 0,
        }.That(static mode => mode.Problem);

    public static ListType<T> List<T>(FieldType<T> item)
        where T : notnull => new(item);

    public static MapType<T> Map<T>(FieldType<T> item)
        where T : notnull => new(item);

    /// <summary>One of a few words, each for a value.</summary>
    public static ScalarType<T> Choice<T>(params ImmutableArray<(string Word, T Value)> choices)
        where T : struct, Enum
    {
        var words = choices.Select(static choice => choice.Word).ToImmutableArray();
        var kind = new ValueKind.Choice(words, string.Join(" or ", words));
        return new ScalarType<T>(kind, Read, value => Find(value) ?? "")
            .That(value => Find(value) is null ? $"it is {value}; expected {kind.Expected}" : null);

        string? Find(T value) => choices.FirstOrDefault(choice => choice.Value.Equals(value)).Word;

        T Read(FieldValue value)
        {
            var (word, choice) = choices.FirstOrDefault(choice => choice.Word == (value.Node as YamlScalar)?.Text);
            if (word is null)
            {
                value.ReportWrongType(kind);
            }

            return choice;
        }
    }

    private static ScalarType<T> Integer<T>(T minimum, T maximum, Func<T, JsonNode> write)
        where T : struct, IBinaryInteger<T>
    {
        var kind = new ValueKind.Integer(BigInteger.CreateChecked(minimum), BigInteger.CreateChecked(maximum));
        return new ScalarType<T>(kind, Read, write).That(value => kind.Contains(BigInteger.CreateChecked(value)) ? null
            : string.Create(CultureInfo.InvariantCulture, $"it is {value}; expected {kind.Expected}"));

        T Read(FieldValue value)
        {
            if (value.Node is YamlScalar scalar && YamlScalars.Integer(scalar) is { } number && kind.Contains(number))
            {
                return T.CreateChecked(number);
            }

            value.ReportWrongType(kind);
            return minimum;
        }
    }

    private static string ReadNonEmptyText(FieldValue value)
    {
        if (value.Node is YamlScalar { IsNull: false, Text: "" })
        {
            value.Report($"{value.Name} is empty; expected text");
        }

        return value.Text();
    }

    private static bool ReadBoolean(FieldValue value)
    {
        if (value.Node is YamlScalar scalar && YamlScalars.Boolean(scalar) is { } boolean)
        {
            return boolean;
        }

        value.ReportWrongType("true or false");
        return false;
    }
}

/// <summary>A file mode, and how the file has it.</summary>
/// <param name="Value">The mode, or null for the default.</param>
/// <param name="Text">How it was written, or null when it was made in code.</param>
internal readonly record struct WrittenMode(UnixFileMode? Value, string? Text)
{
    public const string Expected = "a file mode in octal, such as \"0644\", at most \"7777\"";

    /// <summary>Permission bits with set-uid, set-gid and sticky.</summary>
    private const int Largest = 0xFFF;

    public string? Problem => (int?)Value is < 0 or > Largest
        ? "the mode has bits outside 07777; expected permission bits, set-uid, set-gid and sticky only" : null;

    public static WrittenMode Read(FieldValue value)
    {
        var text = (value.Node as YamlScalar)?.Text;
        if (value.Node is YamlScalar { IsNull: false, Text: "" })
        {
            return new WrittenMode(null, text);
        }

        if (text is not null && YamlScalars.Mode(text, Largest) is { } mode)
        {
            return new WrittenMode((UnixFileMode)mode, text);
        }

        value.ReportWrongType(Expected);
        return default;
    }

    /// <summary>As it was written, otherwise four octal digits; empty for none.</summary>
    public override string ToString() => Text ?? (Value is { } mode ? Convert.ToString((int)mode, toBase: 8).PadLeft(4, '0') : "");
}
