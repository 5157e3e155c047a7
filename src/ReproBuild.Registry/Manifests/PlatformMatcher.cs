using System.Collections.Immutable;
using System.Globalization;

namespace ReproBuild.Registry.Manifests;

/// <summary>Which images run on a wanted platform, the best first.</summary>
/// <remarks>
/// As containerd selects, within one architecture: the variant that is wanted, then the older ones that its processor runs too.
/// A variant that is not named is <c>v1</c> of amd64, <c>v8</c> of arm64 and <c>v7</c> of arm. amd64 vN runs vN to v1; arm vN runs vN to
/// v5; arm64 v8.N runs v8.N to v8; arm64 v9.N runs v9.N to v9, then v8.(N+5) to v8, as the Arm architecture reference has it.
/// Other architectures match exactly. 32-bit images never serve a 64-bit platform: that would change what is built when an index loses
/// an entry.
/// </remarks>
internal sealed class PlatformMatcher
{
    private const int NewestV8 = 9;

    private readonly ImmutableArray<Platform> _candidates;

    public PlatformMatcher(Platform wanted)
    {
        var platform = Normalize(wanted);
        _candidates = [.. Variants(platform.Architecture, platform.Variant).Select(variant => platform with { Variant = variant })];
    }

    /// <summary>How good the platform is: 0 is exactly the wanted one; -1 is one that cannot be used.</summary>
    public int Rank(Platform platform) => _candidates.IndexOf(Normalize(platform));

    private static Platform Normalize(Platform platform)
    {
        var architecture = platform.Architecture;
        var variant = platform.Variant;
        variant = variant is [_, ..] && char.IsAsciiDigit(variant[0]) ? "v" + variant : variant;
        variant = (architecture, variant) switch
        {
            ("amd64", null or "") => "v1",
            ("arm64", null or "" or "v8.0") => "v8",
            ("arm64", "v9.0") => "v9",
            ("arm", null or "") => "v7",
            (_, "") => null,
            _ => variant,
        };
        return platform with { Variant = variant };
    }

    private static IEnumerable<string?> Variants(string architecture, string? variant)
    {
        var match = TryParse(variant, out var major, out var minor);
        return (architecture, match) switch
        {
            ("amd64", true) when minor is null => Down("v", major, 1),
            ("arm", true) when minor is null => Down("v", major, Math.Min(major, 5)),
            ("arm64", true) when major == 8 => Minors(8, minor ?? 0),
            ("arm64", true) when major == 9 => Minors(9, minor ?? 0).Concat(Minors(8, Math.Min((minor ?? 0) + 5, NewestV8))),
            _ => [variant],
        };
    }

    private static bool TryParse(string? variant, out int major, out int? minor)
    {
        major = 0;
        minor = null;
        var parts = variant is ['v', ..] ? variant[1..].Split('.') : [];
        if (parts.Length is not (1 or 2) || !TryParseDigit(parts[0], out major))
        {
            return false;
        }

        if (parts.Length == 1)
        {
            return true;
        }

        var isMinor = TryParseDigit(parts[1], out var number);
        minor = number;
        return isMinor;
    }

    private static bool TryParseDigit(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is >= 0 and < 100;

    private static IEnumerable<string?> Minors(int major, int minor) =>
        Down($"v{major}.", minor, 1).Append($"v{major}");

    private static IEnumerable<string?> Down(string prefix, int from, int to)
    {
        for (var number = from; number >= to; number--)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{prefix}{number}");
        }
    }
}
