using System.Text.RegularExpressions;

namespace ReproBuild.Core.Configuration;

/// <summary>What a value must be like beyond its type. Each rule returns what is wrong, or null.</summary>
internal static partial class ConfigurationRules
{
    public const string NoMountType = "it has no type; expected a file system such as tmpfs or ext4, or bind";

    private const int LongestName = 255;
    private const int LongestPageSize = 10;

    /// <summary>The name becomes a directory and the container's id.</summary>
    public static string? ContainerName(string name) =>
        name.Length is > 0 and <= LongestName && name is not ("." or "..")
        && !name.Contains('/', StringComparison.Ordinal) && !name.Any(char.IsControl)
            ? null
            : "the name becomes the name of a directory; expected 1 to 255 characters without '/' that are not '.' or '..'";

    public static string? VolumeName(string name) =>
        VolumeNamePattern().IsMatch(name) ? null : "not a volume's name; expected 1 to 255 of the characters a to z, 0 to 9, '_' and '-'";

    public static string? FilePath(string path) =>
        path.AsSpan().Trim('/').IsEmpty ? "the path is empty; expected the path of a file in the image"
            : path.Contains('\0', StringComparison.Ordinal) || path.Split('/').Contains("..")
                ? "the path has a component '..' or a NUL character; expected a path without"
                : null;

    /// <summary>LinuxKit takes the first that it finds of several; here more than one is an error.</summary>
    public static string? FileKind(FileConfig file)
    {
        var given = new List<string>();
        Add("contents", file.Contents is not null);
        Add("source", !string.IsNullOrEmpty(file.SourcePath));
        Add("metadata", file.Metadata is not null);
        Add("symlink", !string.IsNullOrEmpty(file.SymbolicLink));
        Add("directory", file.Directory);
        return given.Count == 1 ? null
            : $"it has {(given.Count == 0 ? "no content" : string.Join(" and ", given))}; " +
              "expected exactly one of contents, source, metadata, symlink and directory";

        void Add(string key, bool isGiven)
        {
            if (isGiven)
            {
                given.Add(key);
            }
        }
    }

    /// <summary>OCI runtime specification 1.2.1, config-linux.md, "Huge page limits".</summary>
    public static string? PageSize(string size)
    {
        if (PageSizePattern().IsMatch(size))
        {
            return null;
        }

        var number = size.TrimEnd('b', 'B', 'k', 'K', 'm', 'M', 'g', 'G', 'i', ' ');
        var hint = number.Length is > 0 and < LongestPageSize && number.All(char.IsAsciiDigit) && number[0] != '0'
            ? size.AsSpan(number.Length).TrimStart() is ['k' or 'K', ..] ? $", such as {number}KB"
            : size.AsSpan(number.Length).TrimStart() is ['g' or 'G', ..] ? $", such as {number}GB"
            : $", such as {number}MB" : "";
        return $"'{size.Shown()}' is not a page size{hint}; expected a number with KB, MB or GB, such as 2MB or 1GB";
    }

    /// <summary>OCI runtime specification 1.2.1, config-linux.md, "Devices": a device that is made has a type.</summary>
    public static string? Device(DeviceConfig device) =>
        device.Path is not ("" or DeviceConfig.Every) && string.IsNullOrEmpty(device.Type)
            ? $"'{device.Path.Shown()}' has no type; expected b, c, u or p" : null;

    /// <summary>What a mount in a container needs, unless a known file system fills it in.</summary>
    public static string? Mount(MountConfig mount)
    {
        var isKnown = KnownFileSystem.Find(mount) is not null;
        return string.IsNullOrEmpty(mount.Destination) && !isKnown ? "it has no destination; expected an absolute path"
            : mount.Type == "bind" && string.IsNullOrEmpty(mount.Source)
                ? "it has no source; expected the path to bind, or the name of a volume"
            : LacksType(mount) && (mount.Source is not { } source || VolumeName(source) is not null) ? NoMountType
            : null;
    }

    /// <summary>Whether the kernel could not know what to mount; a bind and a remount need no type (config.md, "Mounts").</summary>
    public static bool LacksType(MountConfig mount) =>
        string.IsNullOrEmpty(mount.Type) && KnownFileSystem.Find(mount) is null
        && !(mount.Options ?? []).Any(static option => option is "bind" or "rbind" or "remount");

    /// <summary>Services or volumes that share a name, of one file or of several.</summary>
    public static void FindDuplicates(LinuxKitConfig config, ProblemList problems)
    {
        FindDuplicates("service", config.Services.OfType<ContainerConfig>().Select(static service => (service.Name, service.Location)), problems);
        FindDuplicates("volume", config.Volumes.OfType<VolumeConfig>().Select(static volume => (volume.Name, volume.Location)), problems);
    }

    private static void FindDuplicates(string kind, IEnumerable<(string Name, SourceLocation? Source)> entries, ProblemList problems)
    {
        var first = new Dictionary<string, SourceLocation?>(StringComparer.Ordinal);
        foreach (var (name, source) in entries.Where(static entry => !string.IsNullOrEmpty(entry.Name)))
        {
            if (!first.TryAdd(name, source))
            {
                var place = first[name] is { } location ? $", first at {location}" : "";
                problems.Add(source, $"the {kind} name '{name.Shown()}' is used twice{place}; expected a name of its own for every {kind}");
            }
        }
    }

    [GeneratedRegex(@"\A[1-9][0-9]{0,9}[KMG]B\z", RegexOptions.CultureInvariant)]
    private static partial Regex PageSizePattern();

    [GeneratedRegex(@"\A[a-z0-9_-]{1,255}\z", RegexOptions.CultureInvariant)]
    private static partial Regex VolumeNamePattern();
}
