using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Runtime;

/// <summary><c>mounts</c> (config.md, "Mounts"), ordered by destination so that parents come first.</summary>
internal static class ContainerMounts
{
    public static JsonArray Create(ContainerRuntimeInput input, ContainerSettings settings, RuntimeProblems problems)
    {
        var volumes = new VolumePaths(input.Volumes, problems);
        var mounts = new SortedDictionary<string, MountConfig>(StringComparer.Ordinal);
        Add(DefaultMounts.Create(input.IsReadOnly));
        Add((settings.Tmpfs ?? []).Select(TmpfsMount.Parse));
        Add((settings.Binds ?? []).Select(bind => BindMount.Parse(bind, volumes, problems)).OfType<MountConfig>());
        Add((settings.Mounts ?? []).Select(mount => KnownFileSystem.Complete(volumes.Resolve(mount))));
        return new JsonArray([.. mounts.Values.Select(MountJson.Create)]);

        // A later mount replaces an earlier one at the same destination.
        void Add(IEnumerable<MountConfig> added)
        {
            foreach (var mount in added)
            {
                if (mount.Destination?.StartsWith('/') != true)
                {
                    var named = mount.Destination is null ? $"a mount of '{mount.Source ?? mount.Type}' has no destination" : $"the destination '{mount.Destination}' is not an absolute path";
                    problems.Add("mounts", $"{named}; expected an absolute path");
                    continue;
                }

                mounts[mount.Destination] = mount;
            }
        }
    }
}
