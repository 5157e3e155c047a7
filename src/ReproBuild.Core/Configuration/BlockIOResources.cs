using System.Collections.Immutable;
using ReproBuild.Core.Configuration.Fields;
using static ReproBuild.Core.Configuration.Fields.FieldTypes;

namespace ReproBuild.Core.Configuration;

/// <summary>Limits on block devices.</summary>
public sealed record BlockIOResources
{
    private static readonly ListType<BlockDeviceRate> Rates = List(BlockDeviceRate.Section);

    /// <summary>The weight of the group.</summary>
    public ushort? Weight { get; init; }

    /// <summary>The weight of the group against its child groups.</summary>
    public ushort? LeafWeight { get; init; }

    /// <summary>Weights by device.</summary>
    public ImmutableArray<BlockDeviceWeight>? WeightDevice { get; init; }

    /// <summary>Bytes read per second.</summary>
    public ImmutableArray<BlockDeviceRate>? ThrottleReadBpsDevice { get; init; }

    /// <summary>Bytes written per second.</summary>
    public ImmutableArray<BlockDeviceRate>? ThrottleWriteBpsDevice { get; init; }

    /// <summary>Reads per second.</summary>
    public ImmutableArray<BlockDeviceRate>? ThrottleReadIopsDevice { get; init; }

    /// <summary>Writes per second.</summary>
    public ImmutableArray<BlockDeviceRate>? ThrottleWriteIopsDevice { get; init; }

    internal static Section<BlockIOResources> Section { get; } = new Section<BlockIOResources>(static _ => new BlockIOResources())
        .Field("weight", UShort, static r => r.Weight, static (r, value) => r with { Weight = value })
        .Field("leafWeight", UShort, static r => r.LeafWeight, static (r, value) => r with { LeafWeight = value })
        .Field(
            "weightDevice", List(BlockDeviceWeight.Section), static r => r.WeightDevice,
            static (r, value) => r with { WeightDevice = value }, omitEmpty: true)
        .Field(
            "throttleReadBpsDevice", Rates, static r => r.ThrottleReadBpsDevice,
            static (r, value) => r with { ThrottleReadBpsDevice = value }, omitEmpty: true)
        .Field(
            "throttleWriteBpsDevice", Rates, static r => r.ThrottleWriteBpsDevice,
            static (r, value) => r with { ThrottleWriteBpsDevice = value }, omitEmpty: true)
        .Field(
            "throttleReadIOPSDevice", Rates, static r => r.ThrottleReadIopsDevice,
            static (r, value) => r with { ThrottleReadIopsDevice = value }, omitEmpty: true)
        .Field(
            "throttleWriteIOPSDevice", Rates, static r => r.ThrottleWriteIopsDevice,
            static (r, value) => r with { ThrottleWriteIopsDevice = value }, omitEmpty: true);

    /// <summary>Whether both say the same; lists are compared item by item.</summary>
    public bool Equals(BlockIOResources? other) => other is not null && Section.AreEqual(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => Section.HashOf(this);
}

/// <summary>A block device's weight.</summary>
/// <param name="Major">The major number.</param>
/// <param name="Minor">The minor number.</param>
/// <param name="Weight">The weight, or null.</param>
/// <param name="LeafWeight">The weight against child groups, or null.</param>
public sealed record BlockDeviceWeight(long Major, long Minor, ushort? Weight = null, ushort? LeafWeight = null)
{
    internal static Section<BlockDeviceWeight> Section { get; } = new Section<BlockDeviceWeight>(static _ => new BlockDeviceWeight(0, 0))
        .Field("major", Natural, static r => r.Major, static (r, value) => r with { Major = value }, required: true)
        .Field("minor", Natural, static r => r.Minor, static (r, value) => r with { Minor = value }, required: true)
        .Field("weight", UShort, static r => r.Weight, static (r, value) => r with { Weight = value })
        .Field("leafWeight", UShort, static r => r.LeafWeight, static (r, value) => r with { LeafWeight = value });
}

/// <summary>A block device's limit on a rate.</summary>
/// <param name="Major">The major number.</param>
/// <param name="Minor">The minor number.</param>
/// <param name="Rate">How many per second.</param>
public sealed record BlockDeviceRate(long Major, long Minor, ulong Rate)
{
    internal static Section<BlockDeviceRate> Section { get; } = new Section<BlockDeviceRate>(static _ => new BlockDeviceRate(0, 0, 0))
        .Field("major", Natural, static r => r.Major, static (r, value) => r with { Major = value }, required: true)
        .Field("minor", Natural, static r => r.Minor, static (r, value) => r with { Minor = value }, required: true)
        .Field("rate", ULong, static r => r.Rate, static (r, value) => r with { Rate = value }, required: true);
}
