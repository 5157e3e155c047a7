using System.Collections.Immutable;

namespace ReproBuild.Core.Configuration;

/// <summary>The names that <c>capabilities</c> and <c>ambient</c> may hold.</summary>
internal static class Capabilities
{
    public const string Every = "all";
    public const string No = "none";

    private const string Prefix = "CAP_";

    /// <summary>The capabilities of Linux (include/uapi/linux/capability.h), each at the index that is its number.</summary>
    public static readonly ImmutableArray<string> All =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK",
        "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN",
        "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE",
        "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
        "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ];

    /// <summary>What is wrong with a name, or null.</summary>
    public static string? Problem(string name)
    {
        if (IsWord(name, Every) || IsWord(name, No) || All.Contains(name, StringComparer.Ordinal))
        {
            return null;
        }

        var meant = All.FirstOrDefault(known => IsWord(Prefix + name, known)) ?? NameSuggestion.For(name, [.. All, Every, No]);
        var hint = meant is null ? "" : $" (did you mean {meant}?)";
        return $"'{name.Shown()}' is not a capability of Linux{hint}; expected all, none, or names such as CAP_NET_ADMIN";
    }

    /// <summary><c>all</c> and <c>none</c> may be in capitals too.</summary>
    public static bool IsWord(string name, string word) => string.Equals(name, word, StringComparison.OrdinalIgnoreCase);
}
