using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Runtime;

/// <summary><c>process</c> (config.md, "Process").</summary>
internal static class ProcessSection
{
    public static JsonObject Create(ContainerRuntimeInput input)
    {
        var (image, settings) = (input.Image, input.Settings);
        var process = new JsonObject
        {
            ["user"] = User(input),
            ["cwd"] = settings.WorkingDirectory ?? (string.IsNullOrEmpty(image.WorkingDirectory) ? "/" : image.WorkingDirectory),
            ["capabilities"] = CapabilitySets.Create(settings),
        };
        process.AddTexts("args", settings.Command ?? [.. image.Entrypoint, .. image.Command]);
        process.AddTexts("env", settings.Environment ?? image.Environment);
        process.AddItems("rlimits", ResourceLimits(settings.ResourceLimits ?? []));
        process.AddIf(settings.NoNewPrivileges == true, "noNewPrivileges", true);
        process.AddIf(settings.OomScoreAdjustment is not null, "oomScoreAdj", settings.OomScoreAdjustment);
        return process;
    }

    private static JsonObject User(ContainerRuntimeInput input)
    {
        var settings = input.Settings;
        var user = new JsonObject { ["uid"] = Id(settings.UserId ?? OwnerId.Root), ["gid"] = Id(settings.GroupId ?? OwnerId.Root) };
        var groups = settings.AdditionalGroupIds ?? ImmutableArray<OwnerId>.Empty;
        user.AddItems("additionalGids", new JsonArray([.. groups.Select(group => JsonValue.Create(Id(group)))]));
        return user;

        // Every name was found when the settings were checked.
        uint Id(OwnerId owner) => ContainerIds.Find(owner, input.Ids)!.Value;
    }

    /// <summary><c>process.rlimits</c> (config.md, "POSIX process").</summary>
    private static JsonArray ResourceLimits(ImmutableArray<string> limits)
    {
        var result = new JsonArray();
        foreach (var limit in limits.Select(static text => ResourceLimit.Parse(text)!))
        {
            result.AddObject(new JsonObject { ["type"] = limit.Name, ["soft"] = limit.Soft, ["hard"] = limit.Hard });
        }

        return result;
    }
}
