using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Runtime;

/// <summary>An entry of <c>tmpfs</c>: <c>/destination[:option,option]</c>.</summary>
internal static class TmpfsMount
{
    private const string Type = "tmpfs";

    public static MountConfig Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return new MountConfig
        {
            Destination = colon < 0 ? text : text[..colon],
            Type = Type,
            Source = Type,
            Options = colon < 0 || colon + 1 == text.Length ? null : [.. text[(colon + 1)..].Split(',')],
        };
    }
}
