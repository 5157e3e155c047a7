using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Runtime;

/// <summary><c>process.capabilities</c> (config.md, "Linux Process").</summary>
internal static class CapabilitySets
{
    private const string Every = "all";
    private const string No = "none";

    /// <summary>The capabilities of Linux (include/uapi/linux/capability.h), each at the index that is its number.</summary>
    private static readonly ImmutableArray<string> All =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK",
        "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN",
        "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE",
        "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
        "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ];

    public static JsonObject Create(ContainerSettings settings, RuntimeProblems problems)
    {
        var effective = Expand("capabilities", settings.Capabilities ?? [], problems);
        var ambient = Expand("ambient", settings.Ambient ?? [], problems);
        ImmutableArray<string> union = [.. effective.Concat(ambient).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var sets = new JsonObject();
        sets.AddTexts("bounding", union);
        sets.AddTexts("effective", effective);
        sets.AddTexts("inheritable", union);
        sets.AddTexts("permitted", union);
        sets.AddTexts("ambient", ambient);
        return sets;
    }

    private static ImmutableArray<string> Expand(string field, ImmutableArray<string> names, RuntimeProblems problems)
    {
        if (names.Contains(Every, StringComparer.OrdinalIgnoreCase))
        {
            return All;
        }

        ImmutableArray<string> known = [.. names.Where(static name => !string.Equals(name, No, StringComparison.OrdinalIgnoreCase))];
        foreach (var name in known.Where(static name => !All.Contains(name, StringComparer.Ordinal)))
        {
            var hint = NameSuggestion.For(name, All) is { } closest ? $" (did you mean {closest}?)" : "";
            problems.Add(field, $"'{name}' is not a capability of Linux{hint}; expected all, none, or names such as CAP_NET_ADMIN");
        }

        return known;
    }
}
