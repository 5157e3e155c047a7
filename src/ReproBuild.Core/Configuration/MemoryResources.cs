using ReproBuild.Core.Configuration.Fields;
using static ReproBuild.Core.Configuration.Fields.FieldTypes;

namespace ReproBuild.Core.Configuration;

/// <summary>Limits on memory, in bytes; -1 for none.</summary>
public sealed record MemoryResources
{
    /// <summary>The hard limit.</summary>
    public long? Limit { get; init; }

    /// <summary>The soft limit.</summary>
    public long? Reservation { get; init; }

    /// <summary>The limit on memory and swap together.</summary>
    public long? Swap { get; init; }

    /// <summary>The limit on the kernel's memory.</summary>
    public long? Kernel { get; init; }

    /// <summary>The limit on the kernel's TCP buffers.</summary>
    public long? KernelTcp { get; init; }

    /// <summary>How readily the kernel swaps.</summary>
    public ulong? Swappiness { get; init; }

    /// <summary>Whether the out-of-memory killer is off.</summary>
    public bool? DisableOomKiller { get; init; }

    /// <summary>Whether memory of child groups counts.</summary>
    public bool? UseHierarchy { get; init; }

    /// <summary>Whether a limit below the present usage is refused.</summary>
    public bool? CheckBeforeUpdate { get; init; }

    internal static Section<MemoryResources> Section { get; } = new Section<MemoryResources>(static _ => new MemoryResources())
        .Field("limit", CountOrUnlimited, static r => r.Limit, static (r, value) => r with { Limit = value })
        .Field("reservation", CountOrUnlimited, static r => r.Reservation, static (r, value) => r with { Reservation = value })
        .Field("swap", CountOrUnlimited, static r => r.Swap, static (r, value) => r with { Swap = value })
        .Field("kernel", CountOrUnlimited, static r => r.Kernel, static (r, value) => r with { Kernel = value })
        .Field("kernelTCP", CountOrUnlimited, static r => r.KernelTcp, static (r, value) => r with { KernelTcp = value })
        .Field("swappiness", ULong, static r => r.Swappiness, static (r, value) => r with { Swappiness = value })
        .Field("disableOOMKiller", Flag, static r => r.DisableOomKiller, static (r, value) => r with { DisableOomKiller = value })
        .Field("useHierarchy", Flag, static r => r.UseHierarchy, static (r, value) => r with { UseHierarchy = value })
        .Field("checkBeforeUpdate", Flag, static r => r.CheckBeforeUpdate, static (r, value) => r with { CheckBeforeUpdate = value });
}
