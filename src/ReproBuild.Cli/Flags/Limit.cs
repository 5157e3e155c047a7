using System.Collections.Immutable;

namespace ReproBuild.Cli;

/// <summary>One value of <c>--limit</c>: a property of <see cref="InputLimits"/>, by its name in messages, and its value.</summary>
internal sealed record Limit(string Name, long Value)
{
    private static readonly SortedDictionary<string, Func<InputLimits, long, InputLimits>> Setters = new(StringComparer.Ordinal)
    {
        [nameof(InputLimits.CompressionRatioThreshold)] = static (limits, value) => limits with { CompressionRatioThreshold = value },
        [nameof(InputLimits.MaxArchiveEntries)] = static (limits, value) => limits with { MaxArchiveEntries = checked((int)value) },
        [nameof(InputLimits.MaxArchiveSize)] = static (limits, value) => limits with { MaxArchiveSize = value },
        [nameof(InputLimits.MaxAttestationSize)] = static (limits, value) => limits with { MaxAttestationSize = checked((int)value) },
        [nameof(InputLimits.MaxCompressionRatio)] = static (limits, value) => limits with { MaxCompressionRatio = checked((int)value) },
        [nameof(InputLimits.MaxConfigurationSize)] = static (limits, value) => limits with { MaxConfigurationSize = checked((int)value) },
        [nameof(InputLimits.MaxDescriptors)] = static (limits, value) => limits with { MaxDescriptors = checked((int)value) },
        [nameof(InputLimits.MaxExtendedHeaderSize)] = static (limits, value) => limits with { MaxExtendedHeaderSize = checked((int)value) },
        [nameof(InputLimits.MaxGlobalHeaderSize)] = static (limits, value) => limits with { MaxGlobalHeaderSize = checked((int)value) },
        [nameof(InputLimits.MaxHoleSize)] = static (limits, value) => limits with { MaxHoleSize = value },
        [nameof(InputLimits.MaxImageBlobs)] = static (limits, value) => limits with { MaxImageBlobs = checked((int)value) },
        [nameof(InputLimits.MaxImageSize)] = static (limits, value) => limits with { MaxImageSize = value },
        [nameof(InputLimits.MaxIndexDepth)] = static (limits, value) => limits with { MaxIndexDepth = checked((int)value) },
        [nameof(InputLimits.MaxLayoutImages)] = static (limits, value) => limits with { MaxLayoutImages = checked((int)value) },
        [nameof(InputLimits.MaxManifestSize)] = static (limits, value) => limits with { MaxManifestSize = checked((int)value) },
        [nameof(InputLimits.MaxMetadataSize)] = static (limits, value) => limits with { MaxMetadataSize = value },
        [nameof(InputLimits.MaxNameLength)] = static (limits, value) => limits with { MaxNameLength = checked((int)value) },
        [nameof(InputLimits.MaxPathLength)] = static (limits, value) => limits with { MaxPathLength = checked((int)value) },
        [nameof(InputLimits.MaxTreeEntries)] = static (limits, value) => limits with { MaxTreeEntries = checked((int)value) },
        [nameof(InputLimits.MaxTreePathSize)] = static (limits, value) => limits with { MaxTreePathSize = value },
    };

    public static IReadOnlyCollection<string> Names => Setters.Keys;

    public static ImmutableArray<Limit> ParseAll(IEnumerable<string> texts) => [.. texts.Select(Parse)];

    /// <summary>The default limits with these instead.</summary>
    public static InputLimits Apply(IEnumerable<Limit> limits) =>
        limits.Aggregate(InputLimits.Default, static (all, limit) => Setters[limit.Name](all, limit.Value));

    private static Limit Parse(string text)
    {
        var parts = text.Split('=', 2);
        if (parts.Length < 2 || !FlagValue.TryParseSize(parts[1], defaultSuffix: null, out var value))
        {
            throw new FormatException($"'{text}' is not a limit. Write it as NAME=VALUE, such as MaxArchiveSize=300G.");
        }

        if (!Setters.TryGetValue(parts[0], out var setter))
        {
            throw new FormatException($"there is no limit '{parts[0]}'. The limits are {string.Join(", ", Names)}.");
        }

        try
        {
            setter(InputLimits.Default, value);
        }
        catch (OverflowException)
        {
            throw new FormatException($"{parts[0]} is at most {int.MaxValue}.");
        }

        return new Limit(parts[0], value);
    }
}
