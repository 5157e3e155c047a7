using ReproBuild.Core.Configuration.Fields;
using static ReproBuild.Core.Configuration.Fields.FieldTypes;

namespace ReproBuild.Core.Configuration;

/// <summary>Limits on processors.</summary>
public sealed record CpuResources
{
    /// <summary>The share relative to other groups.</summary>
    public ulong? Shares { get; init; }

    /// <summary>Microseconds in each period; -1 for no limit.</summary>
    public long? Quota { get; init; }

    /// <summary>Microseconds that may be used beyond the quota.</summary>
    public ulong? Burst { get; init; }

    /// <summary>The period in microseconds.</summary>
    public ulong? Period { get; init; }

    /// <summary>Microseconds of realtime scheduling in each period; -1 for no limit.</summary>
    public long? RealtimeRuntime { get; init; }

    /// <summary>The realtime period in microseconds.</summary>
    public ulong? RealtimePeriod { get; init; }

    /// <summary>The processors, such as <c>0-2,7</c>.</summary>
    public string? Cpus { get; init; }

    /// <summary>The memory nodes, such as <c>0-2,7</c>.</summary>
    public string? Mems { get; init; }

    /// <summary>1 for a group that runs only when nothing else does.</summary>
    public long? Idle { get; init; }

    internal static Section<CpuResources> Section { get; } = new Section<CpuResources>(static _ => new CpuResources())
        .Field("shares", ULong, static r => r.Shares, static (r, value) => r with { Shares = value })
        .Field("quota", CountOrUnlimited, static r => r.Quota, static (r, value) => r with { Quota = value })
        .Field("burst", ULong, static r => r.Burst, static (r, value) => r with { Burst = value })
        .Field("period", ULong, static r => r.Period, static (r, value) => r with { Period = value })
        .Field("realtimeRuntime", CountOrUnlimited, static r => r.RealtimeRuntime, static (r, value) => r with { RealtimeRuntime = value })
        .Field("realtimePeriod", ULong, static r => r.RealtimePeriod, static (r, value) => r with { RealtimePeriod = value })
        .Field("cpus", Text, static r => r.Cpus, static (r, value) => r with { Cpus = value })
        .Field("mems", Text, static r => r.Mems, static (r, value) => r with { Mems = value })
        .Field("idle", Long, static r => r.Idle, static (r, value) => r with { Idle = value });
}
