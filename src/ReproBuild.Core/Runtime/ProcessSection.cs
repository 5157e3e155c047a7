using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Runtime;

/// <summary><c>process</c> (config.md, "Process").</summary>
internal static class ProcessSection
{
    public static JsonObject Create(ContainerRuntimeInput input, ContainerSettings settings, RuntimeProblems problems)
    {
        var image = input.Image;
        var process = new JsonObject
        {
            ["user"] = User(input, settings, problems),
            ["cwd"] = settings.WorkingDirectory ?? (string.IsNullOrEmpty(image.WorkingDirectory) ? "/" : image.WorkingDirectory),
            ["capabilities"] = CapabilitySets.Create(settings, problems),
        };
        process.AddTexts("args", settings.Command ?? [.. image.Entrypoint, .. image.Command]);
        process.AddTexts("env", settings.Environment ?? image.Environment);
        process.AddItems("rlimits", ResourceLimits.Create(settings.ResourceLimits ?? [], problems));
        process.AddIf(settings.NoNewPrivileges == true, "noNewPrivileges", true);
        process.AddIf(settings.OomScoreAdjustment is not null, "oomScoreAdj", settings.OomScoreAdjustment);
        return process;
    }

    private static JsonObject User(ContainerRuntimeInput input, ContainerSettings settings, RuntimeProblems problems)
    {
        var user = new JsonObject
        {
            ["uid"] = Id("uid", settings.UserId ?? OwnerId.Root),
            ["gid"] = Id("gid", settings.GroupId ?? OwnerId.Root),
        };
        var groups = settings.AdditionalGroupIds ?? ImmutableArray<OwnerId>.Empty;
        user.AddItems("additionalGids", new JsonArray([.. groups.Select(group => JsonValue.Create(Id("additionalGids", group)))]));
        return user;

        uint Id(string field, OwnerId owner)
        {
            if (ContainerIds.Find(owner, input.Ids) is { } id)
            {
                return id;
            }

            problems.Add(field, ContainerIds.Unknown(owner));
            return 0;
        }
    }
}
