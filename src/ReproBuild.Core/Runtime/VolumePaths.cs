using System.Collections.Immutable;
using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Runtime;

/// <summary>Turns the name of a volume into the path where the built system mounts it.</summary>
internal sealed class VolumePaths(IReadOnlyDictionary<string, VolumeConfig> volumes, RuntimeProblems problems)
{
    private const string ReadOnly = "ro";

    /// <summary>The path to bind: the source itself when it is one, else that of the volume it names.</summary>
    /// <param name="field">The setting that errors name.</param>
    /// <param name="source">An absolute path or a volume's name.</param>
    /// <param name="options">The options of the mount.</param>
    public string Resolve(string field, string source, ImmutableArray<string> options)
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
        var options = given.IsEmpty ? BindMount.DefaultOptions
            : given.Contains(BindMount.Type) || given.Contains(BindMount.Recursive) ? given
            : [.. given, BindMount.Recursive];
        return mount with { Type = BindMount.Type, Source = Resolve("mounts", source, options), Options = options };
    }

    private bool IsBind(MountConfig mount) =>
        mount.Type == BindMount.Type || (mount.Type is null && volumes.ContainsKey(mount.Source!) && KnownFileSystem.Find(mount) is null);
}
