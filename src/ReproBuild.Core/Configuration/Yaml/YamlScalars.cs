using System.Globalization;
using System.Numerics;

namespace ReproBuild.Core.Configuration.Yaml;

/// <summary>What plain scalars mean as numbers and booleans: YAML 1.2's core schema plus the YAML 1.1 forms that LinuxKit files use.</summary>
internal static class YamlScalars
{
    public static bool? Boolean(YamlScalar scalar) => !scalar.IsPlain ? null : scalar.Text switch
    {
        "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "y" or "Y" => true,
        "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "n" or "N" => false,
        _ => null,
    };

    /// <summary>Decimal, 0x, 0o, 0b, or octal by a leading 0 (YAML 1.1), with an optional sign and underscores between digits.</summary>
    public static BigInteger? Integer(YamlScalar scalar)
    {
        const int LongestNumber = 100;
        if (!scalar.IsPlain || scalar.Text.Length > LongestNumber)
        {
            return null;
        }

        var text = scalar.Text.AsSpan();
        var isNegative = text is ['-', ..];
        text = text is ['-' or '+', ..] ? text[1..] : text;
        var radix = text switch
        {
            ['0', 'x' or 'X', ..] => 16,
            ['0', 'b' or 'B', ..] => 2,
            ['0', _, ..] => 8,
            _ => 10,
        };
        var digits = text is ['0', 'x' or 'X' or 'o' or 'O' or 'b' or 'B', .. var rest] ? rest : text;
        return Digits(digits, radix) is { } value ? isNegative ? -value : value : null;
    }

    /// <summary>The digits of a file mode: octal text, with or without a leading 0.</summary>
    public static int? Mode(string text, int maximum)
    {
        const int LongestMode = 12;
        return text.Length <= LongestMode && !text.Contains('_', StringComparison.Ordinal) && Digits(text, 8) is { } value && value <= maximum
            ? (int)value
            : null;
    }

    private static BigInteger? Digits(ReadOnlySpan<char> digits, int radix)
    {
        if (digits.IsEmpty || digits[0] == '_' || digits[^1] == '_')
        {
            return null;
        }

        var value = BigInteger.Zero;
        foreach (var c in digits)
        {
            if (c == '_')
            {
                continue;
            }

            if (!char.IsAsciiHexDigit(c))
            {
                return null;
            }

            var digit = int.Parse([c], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (digit >= radix)
            {
                return null;
            }

            value = (value * radix) + digit;
        }

        return value;
    }
}
