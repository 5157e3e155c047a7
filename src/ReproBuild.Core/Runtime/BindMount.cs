using System.Collections.Immutable;
using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Runtime;

/// <summary>An entry of <c>binds</c>: <c>source:/destination[:option,option]</c>, where the source is a path or a volume's name.</summary>
internal static class BindMount
{
    public const string Type = "bind";
    public const string Recursive = "rbind";

    public static ImmutableArray<string> DefaultOptions { get; } = ["rw", Recursive, "rshared"];

    /// <returns>Null when the text is not a bind, which is reported.</returns>
    public static MountConfig? Parse(string text, VolumePaths volumes, RuntimeProblems problems)
    {
        var parts = text.Split(':');
        if (parts.Length is not (2 or 3) || parts[0].Length == 0 || !parts[1].StartsWith('/'))
        {
            problems.Add("binds", $"'{text}' is not a bind; expected source:/destination or source:/destination:options, such as /etc/x:/etc/x:ro");
            return null;
        }

        var options = parts.Length == 2 ? DefaultOptions : [.. parts[2].Split(','), Recursive];
        return new MountConfig { Destination = parts[1], Type = Type, Source = volumes.Resolve("binds", parts[0], options), Options = options };
    }
}
