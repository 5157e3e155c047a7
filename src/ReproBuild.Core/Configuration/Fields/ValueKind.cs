using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace ReproBuild.Core.Configuration.Fields;

/// <summary>What values a field can have, as far as a schema can say it.</summary>
/// <param name="Expected">What an error says was expected.</param>
internal abstract record ValueKind(string Expected)
{
    /// <summary>Text; numbers and booleans count as the text they are written as.</summary>
    public sealed record Text(string Expected = "text") : ValueKind(Expected);

    public sealed record Boolean() : ValueKind("true or false");

    public sealed record Integer(BigInteger Minimum, BigInteger Maximum)
        : ValueKind(string.Create(CultureInfo.InvariantCulture, $"a whole number from {Minimum} to {Maximum}"))
    {
        public bool Contains(BigInteger value) => value >= Minimum && value <= Maximum;
    }

    /// <summary>A number or a text.</summary>
    public sealed record IntegerOrText(Integer Number, string Expected) : ValueKind(Expected);

    /// <summary>One of a few words.</summary>
    public sealed record Choice(ImmutableArray<string> Words, string Expected) : ValueKind(Expected);

    public sealed record List(ValueKind Item) : ValueKind("a list");

    /// <summary>A mapping whose keys are free.</summary>
    public sealed record Map(ValueKind Item) : ValueKind("a mapping");

    /// <summary>A mapping with the fields of a table.</summary>
    public sealed record Section(IReadOnlyList<Field> Fields) : ValueKind("a mapping");
}
