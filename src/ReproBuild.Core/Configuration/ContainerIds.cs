namespace ReproBuild.Core.Configuration;

/// <summary>The user and group id that each container's name stands for.</summary>
internal static class ContainerIds
{
    private const uint First = 100;

    /// <summary>From 100 up, in the order onboot, onshutdown, services; of two containers with one name the later decides.</summary>
    public static IReadOnlyDictionary<string, uint> Assign(LinuxKitConfig config)
    {
        var ids = new Dictionary<string, uint>(StringComparer.Ordinal);
        var next = First;
        foreach (var container in config.OnBoot.Concat(config.OnShutdown).Concat(config.Services))
        {
            ids[container.Name] = next++;
        }

        return ids;
    }

    /// <summary>The number that an owner stands for, or null when no container has that name.</summary>
    public static uint? Find(OwnerId owner, IReadOnlyDictionary<string, uint> ids) =>
        owner.ContainerName is not { } name ? owner.Number : owner.IsRoot ? 0 : ids.TryGetValue(name, out var id) ? id : null;
}
