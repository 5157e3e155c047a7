using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Runtime;

/// <summary><c>process</c> (config.md, "Process").</summary>
internal static class ProcessSection
{
    public static JsonObject Create(ContainerRuntimeInput input, RuntimeProblems problems)
    {
        var (image, settings) = (input.Image, input.Settings);
        var process = new JsonObject
        {
            ["user"] = User(input, problems),
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

    private static JsonObject User(ContainerRuntimeInput input, RuntimeProblems problems)
    {
        var settings = input.Settings;
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

/// <summary><c>process.rlimits</c> (config.md, "POSIX process"), from <c>name,soft,hard</c>.</summary>
internal static class ResourceLimits
{
    private const string Prefix = "RLIMIT_";
    private const string Unlimited = "UNLIMITED";

    /// <summary>The limits that Linux knows (getrlimit(2)).</summary>
    private static readonly ImmutableArray<string> Names =
    [
        "RLIMIT_AS", "RLIMIT_CORE", "RLIMIT_CPU", "RLIMIT_DATA", "RLIMIT_FSIZE", "RLIMIT_LOCKS", "RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE",
        "RLIMIT_NICE", "RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_RSS", "RLIMIT_RTPRIO", "RLIMIT_RTTIME", "RLIMIT_SIGPENDING", "RLIMIT_STACK",
    ];

    public static JsonArray Create(ImmutableArray<string> limits, RuntimeProblems problems)
    {
        var result = new JsonArray();
        foreach (var limit in limits)
        {
            var parts = limit.Split(',', StringSplitOptions.TrimEntries);
            if (parts.Length != 3 || Value(parts[1]) is not { } soft || Value(parts[2]) is not { } hard)
            {
                problems.Add(
                    "rlimits", $"'{limit}' is not a limit; expected name,soft,hard with whole numbers or unlimited, such as nofile,1024,unlimited");
                continue;
            }

            var name = parts[0].ToUpperInvariant();
            name = name.StartsWith(Prefix, StringComparison.Ordinal) ? name : Prefix + name;
            if (!Names.Contains(name))
            {
                problems.Add("rlimits", $"'{parts[0]}' of '{limit}' is not a resource limit of Linux; expected one of {string.Join(", ", Names)}");
            }

            result.AddObject(new JsonObject { ["type"] = name, ["soft"] = soft, ["hard"] = hard });
        }

        return result;
    }

    private static ulong? Value(string text) =>
        string.Equals(text, Unlimited, StringComparison.OrdinalIgnoreCase) ? ulong.MaxValue
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
        : null;
}
