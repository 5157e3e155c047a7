using System.Globalization;

namespace ReproBuild.Core.Json;

/// <summary>The text of a double as ECMAScript has it (ECMA-262, section 6.1.6.1.20, "Number::toString"; RFC 8785, section 3.2.2.3).</summary>
internal static class EcmaScriptNumber
{
    /// <summary>Enough for a sign, <c>0.</c>, 6 zeros, and 17 digits.</summary>
    public const int MaxLength = 32;

    // No double needs more to be told from its neighbours.
    private const int MaxDigits = 17;

    // ECMA-262 writes decimals up to this many places before the point, or zeros after it, and exponents beyond.
    private const int MaxPlaces = 21;
    private const int MinPlaces = -6;

    /// <summary>Writes a finite number.</summary>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException">The number is not finite.</exception>
    public static int Format(double value, Span<byte> destination)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentException("A number is infinite or not a number, which JSON cannot hold (RFC 8785, section 3.2.2.3).", nameof(value));
        }

        if (value == 0)
        {
            destination[0] = (byte)'0';
            return 1;
        }

        Span<byte> digits = stackalloc byte[MaxDigits];
        var count = ShortestDigits(Math.Abs(value), digits, out var places);
        var text = new Output(destination);
        if (value < 0)
        {
            text.Add("-"u8);
        }

        Layout(ref text, digits[..count], places);
        return text.Length;
    }

    /// <summary>The fewest digits that give the value back; it is 0.DIGITS times ten to the power of <paramref name="places"/>.</summary>
    private static int ShortestDigits(double value, Span<byte> digits, out int places)
    {
        Span<byte> text = stackalloc byte[32];
        if (!value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture))
        {
            throw new InvalidOperationException("The round-trip text of a double is longer than 32 bytes.");
        }

        text = text[..length];
        var exponentAt = text.IndexOf((byte)'E');
        var exponent = exponentAt < 0 ? 0 : int.Parse(text[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        var pointAt = mantissa.IndexOf((byte)'.');
        places = exponent + (pointAt < 0 ? mantissa.Length : pointAt);

        var count = 0;
        foreach (var character in mantissa)
        {
            if (character == '0' && count == 0)
            {
                // Leading zeros are either the one before the point, or places after it.
                places--;
            }
            else if (character != '.')
            {
                digits[count++] = character;
            }
        }

        return digits[..count].LastIndexOfAnyExcept((byte)'0') + 1;
    }

    private static void Layout(ref Output text, scoped ReadOnlySpan<byte> digits, int places)
    {
        if (places > MaxPlaces || places <= MinPlaces)
        {
            WriteExponential(ref text, digits, places - 1);
        }
        else if (places >= digits.Length)
        {
            text.Add(digits);
            text.AddZeros(places - digits.Length);
        }
        else if (places > 0)
        {
            text.Add(digits[..places]);
            text.Add("."u8);
            text.Add(digits[places..]);
        }
        else
        {
            text.Add("0."u8);
            text.AddZeros(-places);
            text.Add(digits);
        }
    }

    private static void WriteExponential(ref Output text, scoped ReadOnlySpan<byte> digits, int exponent)
    {
        text.Add(digits[..1]);
        if (digits.Length > 1)
        {
            text.Add("."u8);
            text.Add(digits[1..]);
        }

        text.Add(exponent < 0 ? "e-"u8 : "e+"u8);
        text.AddNumber(Math.Abs(exponent));
    }

    private ref struct Output(Span<byte> destination)
    {
        private readonly Span<byte> _destination = destination;

        public int Length { get; private set; }

        public void Add(scoped ReadOnlySpan<byte> text)
        {
            text.CopyTo(_destination[Length..]);
            Length += text.Length;
        }

        public void AddZeros(int count)
        {
            _destination.Slice(Length, count).Fill((byte)'0');
            Length += count;
        }

        public void AddNumber(int value)
        {
            if (!value.TryFormat(_destination[Length..], out var written, default, CultureInfo.InvariantCulture))
            {
                throw new InvalidOperationException("The text of a number is longer than 32 bytes.");
            }

            Length += written;
        }
    }
}
