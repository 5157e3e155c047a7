using System.Globalization;
using System.Numerics;
using ReproBuild.Core.Configuration.Yaml;

namespace ReproBuild.Core.Configuration.Binding;

/// <summary>Numbers, and the text forms that have a grammar of their own.</summary>
internal readonly partial record struct FieldValue
{
    /// <summary>The largest file mode: permission bits with set-uid, set-gid and sticky.</summary>
    private const int LargestMode = 0xFFF;

    public long Int64(long minimum = long.MinValue, long maximum = long.MaxValue) => (long)Integer(minimum, maximum);

    public ulong UInt64() => (ulong)Integer(ulong.MinValue, ulong.MaxValue);

    public uint UInt32() => (uint)Integer(uint.MinValue, uint.MaxValue);

    public ushort UInt16() => (ushort)Integer(ushort.MinValue, ushort.MaxValue);

    public int Int32(int minimum, int maximum) => (int)Integer(minimum, maximum);

    /// <summary>A file mode: octal text, quoted or not.</summary>
    public UnixFileMode? Mode()
    {
        if (Node is YamlScalar { IsNull: false, Text: "" })
        {
            return null;
        }

        if (Node is YamlScalar scalar && YamlScalars.Mode(scalar.Text, LargestMode) is { } mode)
        {
            return (UnixFileMode)mode;
        }

        ReportWrongType("a file mode in octal, such as \"0644\", at most \"7777\"");
        return null;
    }

    /// <summary>A user or group: a number, <c>root</c>, or a container's name. A quoted number is a name, as in LinuxKit.</summary>
    public OwnerId Owner()
    {
        const string Expected = "a number from 0 to 4294967295, root, or the name of a container";
        if (Node is not YamlScalar scalar)
        {
            ReportWrongType(Expected);
            return OwnerId.Root;
        }

        if (YamlScalars.Integer(scalar) is { } number)
        {
            if (number >= uint.MinValue && number <= uint.MaxValue)
            {
                return new OwnerId((uint)number);
            }

            ReportWrongType(Expected);
            return OwnerId.Root;
        }

        if (scalar.IsNull || YamlScalars.Boolean(scalar) is not null || (scalar.IsPlain && IsFloat(scalar.Text)))
        {
            ReportWrongType(Expected);
            return OwnerId.Root;
        }

        return Text() is "" or "root" ? OwnerId.Root : new OwnerId(0, scalar.Text);
    }

    /// <summary>An image reference, checked and returned as written.</summary>
    public string Reference()
    {
        var text = Text();
        if (Node is YamlScalar scalar && text == scalar.Text)
        {
            try
            {
                ImageReference.Parse(text);
            }
            catch (ImageReferenceException e)
            {
                Report($"{Name}: {e.Message}");
            }
        }

        return text;
    }

    public Platform Platform()
    {
        if (Node is YamlScalar { IsNull: false } scalar)
        {
            try
            {
                return ReproBuild.Platform.Parse(scalar.Text);
            }
            catch (FormatException)
            {
                // Reported below, with the place.
            }
        }

        ReportWrongType("os/architecture or os/architecture/variant, such as linux/arm64");
        return ReproBuild.Platform.Linux("");
    }

    private BigInteger Integer(BigInteger minimum, BigInteger maximum)
    {
        if (Node is YamlScalar scalar && YamlScalars.Integer(scalar) is { } value && value >= minimum && value <= maximum)
        {
            return value;
        }

        ReportWrongType(string.Create(CultureInfo.InvariantCulture, $"a whole number from {minimum} to {maximum}"));
        return BigInteger.Max(minimum, BigInteger.Zero);
    }

    private static bool IsFloat(string text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _)
        && text.AsSpan().ContainsAnyInRange('0', '9');
}
