using System.Collections.Immutable;
using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Runtime;

/// <summary>The mounts of <c>binds</c> and <c>mounts</c> that bind a path of the built system, or a volume by its name.</summary>
internal sealed class Binds(IReadOnlyDictionary<string, VolumeConfig> volumes)
{
    private const string Type = "bind";
    private const string Recursive = "rbind";

    private static readonly ImmutableArray<string> DefaultOptions = ["rw", Recursive, "rshared"];

    /// <summary>The mount that an entry of <c>binds</c> asks for.</summary>
    public static MountConfig Parse(string text)
    {
        var bind = BindText.Parse(text)!;
        var options = bind.Options is { } given ? [.. given, Recursive] : DefaultOptions;
        return new MountConfig { Destination = bind.Destination, Type = Type, Source = PathOf(bind.Source), Options = options };
    }

    /// <summary>
    /// An entry of <c>mounts</c> with a volume's name replaced by its path. An entry without a type whose source is a volume is a bind,
    /// and one without bind options gets those that <c>binds</c> would.
    /// </summary>
    public MountConfig Resolve(MountConfig mount)
    {
        if (!NameReferences.BindsByName(mount, volumes))
        {
            return mount;
        }

        var given = mount.Options ?? [];
        var options = given.IsEmpty ? DefaultOptions
            : given.Contains(Type) || given.Contains(Recursive) ? given
            : [.. given, Recursive];
        return mount with { Type = Type, Source = PathOf(mount.Source!), Options = options };
    }

    /// <summary>The path to bind: the source itself when it is one, otherwise that of the volume it names.</summary>
    private static string PathOf(string source) => source.StartsWith('/') ? source : $"/containers/volumes/{source}/merged";
}
