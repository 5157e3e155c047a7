using System.Collections.Immutable;
using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Runtime;

/// <summary>The mounts of <c>binds</c> and <c>mounts</c> that bind a path of the built system, or a volume by its name.</summary>
internal sealed class Binds(IReadOnlyDictionary<string, VolumeConfig> volumes, RuntimeProblems problems)
{
    private const string Type = "bind";
    private const string Recursive = "rbind";
    private const string ReadOnly = "ro";

    private static readonly ImmutableArray<string> DefaultOptions = ["rw", Recursive, "rshared"];

    /// <summary>An entry of <c>binds</c>: <c>source:/destination[:option,option]</c>, where the source is a path or a volume's name.</summary>
    /// <returns>Null when the text is not a bind, which is reported.</returns>
    public MountConfig? Parse(string text)
    {
        var parts = text.Split(':');
        if (parts.Length is not (2 or 3) || parts[0].Length == 0 || !parts[1].StartsWith('/'))
        {
            problems.Add("binds", $"'{text}' is not a bind; expected source:/destination or source:/destination:options, such as /etc/x:/etc/x:ro");
            return null;
        }

        var options = parts.Length == 2 ? DefaultOptions : [.. parts[2].Split(','), Recursive];
        return new MountConfig { Destination = parts[1], Type = Type, Source = Resolve("binds", parts[0], options), Options = options };
    }

    /// <summary>
    /// An entry of <c>mounts</c> with a volume's name replaced by its path. An entry without a type whose source is a volume is a bind,
    /// and one without bind options gets those that <c>binds</c> would.
    /// </summary>
    public MountConfig Resolve(MountConfig mount)
    {
        if (mount.Source is not { } source || !IsBind(mount) || source.StartsWith('/'))
        {
            return mount;
        }

        var given = mount.Options ?? [];
        var options = given.IsEmpty ? DefaultOptions
            : given.Contains(Type) || given.Contains(Recursive) ? given
            : [.. given, Recursive];
        return mount with { Type = Type, Source = Resolve("mounts", source, options), Options = options };
    }

    private bool IsBind(MountConfig mount) =>
        mount.Type == Type || (mount.Type is null && volumes.ContainsKey(mount.Source!) && KnownFileSystem.Find(mount) is null);

    /// <summary>The path to bind: the source itself when it is one, otherwise that of the volume it names.</summary>
    /// <param name="field">The setting that errors name.</param>
    /// <param name="source">An absolute path or a volume's name.</param>
    /// <param name="options">The options of the mount.</param>
    private string Resolve(string field, string source, ImmutableArray<string> options)
    {
        if (source.StartsWith('/'))
        {
            return source;
        }

        if (!volumes.TryGetValue(source, out var volume))
        {
            var known = volumes.Count == 0 ? "there are none" : string.Join(", ", volumes.Keys.Order(StringComparer.Ordinal));
            problems.Add(field, $"'{source}' is neither an absolute path nor the name of a volume; the volumes: {known}");
            return source;
        }

        if (volume.ReadOnly && !options.Contains(ReadOnly))
        {
            problems.Add(field, $"the volume '{source}' is readonly; expected the option ro, such as {source}:/path:ro in binds");
        }

        return $"/containers/volumes/{source}/merged";
    }
}
