using System.Collections.Immutable;
using ReproBuild.Core.Configuration.Fields;

namespace ReproBuild.Core.Configuration;

/// <summary>Checks that the containers and volumes that settings name are there; only a configuration that is complete has them all.</summary>
internal sealed class NameReferences(IReadOnlyDictionary<string, uint> ids, IReadOnlyDictionary<string, VolumeConfig> volumes)
{
    private const string BindType = "bind";
    private const string ReadOnly = "ro";

    /// <summary>Checks every container and file.</summary>
    public static void Check(LinuxKitConfig config, ProblemList problems)
    {
        var volumes = config.Volumes.ToDictionary(static volume => volume.Name, StringComparer.Ordinal);
        var references = new NameReferences(ContainerIds.Assign(config), volumes);
        references.Check("onboot", config.OnBoot, problems);
        references.Check("onshutdown", config.OnShutdown, problems);
        references.Check("services", config.Services, problems);
        for (var i = 0; i < config.Files.Length; i++)
        {
            references.Check(config.Files[i], new FieldPlace(FieldPlace.Join("files", i), config.Files[i].Location, problems));
        }
    }

    /// <summary>Checks the settings of one container.</summary>
    public void Check(ContainerSettings settings, FieldPlace place)
    {
        CheckOwner(settings.UserId, place.Field("uid"));
        CheckOwner(settings.GroupId, place.Field("gid"));
        Each(settings.AdditionalGroupIds, place.Field("additionalGids"), (group, item) => CheckOwner(group, item));
        Each(settings.Binds, place.Field("binds"), CheckBind);
        Each(settings.BindsAdd, place.Field("binds.add"), CheckBind);
        Each(settings.Mounts, place.Field("mounts"), CheckMount);
    }

    /// <summary>Whether an entry of <c>mounts</c> binds by the name of a volume: one without a type does when there is such a volume.</summary>
    public static bool BindsByName(MountConfig mount, IReadOnlyDictionary<string, VolumeConfig> volumes) =>
        mount.Source is { } source && !source.StartsWith('/')
        && (mount.Type == BindType || (mount.Type is null && volumes.ContainsKey(source) && KnownFileSystem.Find(mount) is null));

    private void Check(string section, ImmutableArray<ContainerConfig> containers, ProblemList problems)
    {
        for (var i = 0; i < containers.Length; i++)
        {
            Check(containers[i].Settings, new FieldPlace(FieldPlace.Join(section, i), containers[i].Location, problems));
        }
    }

    private void Check(FileConfig file, FieldPlace place)
    {
        CheckOwner(file.UserId, place.Field("uid"));
        CheckOwner(file.GroupId, place.Field("gid"));
    }

    private void CheckOwner(OwnerId? owner, FieldPlace place)
    {
        if (owner is { } given && ContainerIds.Find(given, ids) is null)
        {
            var hint = NameSuggestion.For(given.ContainerName!, [.. ids.Keys.Order(StringComparer.Ordinal), "root"]) is { } closest
                ? $" (did you mean {closest}?)" : "";
            place.Report(
                $"{place.Name}: '{given.ContainerName.Shown()}' is not the name of a container{hint}; " +
                "expected a number, root, or the name of a container of onboot, onshutdown or services");
        }
    }

    private void CheckBind(string text, FieldPlace place)
    {
        if (BindText.Parse(text) is { } bind && !bind.Source.StartsWith('/'))
        {
            CheckVolume(bind.Source, bind.Options, place);
        }
    }

    private void CheckMount(MountConfig mount, FieldPlace place)
    {
        if (BindsByName(mount, volumes))
        {
            CheckVolume(mount.Source!, mount.Options, place);
        }
        else if (ConfigurationRules.LacksType(mount))
        {
            place.Report($"{place.Name}: {ConfigurationRules.NoMountType}, or a source that is the name of a volume: {Known}");
        }
    }

    private void CheckVolume(string source, ImmutableArray<string>? options, FieldPlace place)
    {
        if (!volumes.TryGetValue(source, out var volume))
        {
            var hint = NameSuggestion.For(source, volumes.Keys.Order(StringComparer.Ordinal)) is { } closest ? $" (did you mean {closest}?)" : "";
            place.Report($"{place.Name}: '{source.Shown()}' is neither an absolute path nor the name of a volume{hint}; the volumes: {Known}");
        }
        else if (volume.ReadOnly && (options ?? []).Contains(ReadOnly) is false)
        {
            place.Report($"{place.Name}: the volume '{source.Shown()}' is readonly; expected the option ro, such as {source.Shown()}:/path:ro in binds");
        }
    }

    private string Known => volumes.Count == 0 ? "there are none" : string.Join(", ", volumes.Keys.Order(StringComparer.Ordinal));

    private static void Each<T>(ImmutableArray<T>? items, FieldPlace place, Action<T, FieldPlace> check)
    {
        var given = items ?? [];
        for (var i = 0; i < given.Length; i++)
        {
            check(given[i], place.Item(i));
        }
    }
}
