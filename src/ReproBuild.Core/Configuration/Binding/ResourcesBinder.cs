using System.Text.Json.Nodes;

namespace ReproBuild.Core.Configuration.Binding;

/// <summary>The <c>resources</c> section: OCI runtime specification 1.2.1, config-linux.md, "Control groups", field by field, as the JSON that runtimes read.</summary>
/// <remarks>Members are in the order of the file; whoever writes them sorts them.</remarks>
internal static class ResourcesBinder
{
    /// <summary>-1 stands for no limit, or for every number of a device.</summary>
    private const long Unlimited = -1;

    private static readonly FieldTable<JsonObject> DeviceFields = new()
    {
        { "allow", Set("allow", static value => value.Boolean()) },
        { "type", Set("type", static value => value.TextOrNull()) },
        { "major", Set("major", static value => value.Int64(Unlimited)) },
        { "minor", Set("minor", static value => value.Int64(Unlimited)) },
        { "access", Set("access", static value => value.TextOrNull()) },
    };

    private static readonly FieldTable<JsonObject> MemoryFields = new()
    {
        { "limit", Set("limit", static value => value.Int64(Unlimited)) },
        { "reservation", Set("reservation", static value => value.Int64(Unlimited)) },
        { "swap", Set("swap", static value => value.Int64(Unlimited)) },
        { "kernel", Set("kernel", static value => value.Int64(Unlimited)) },
        { "kernelTCP", Set("kernelTCP", static value => value.Int64(Unlimited)) },
        { "swappiness", Set("swappiness", static value => value.UInt64()) },
        { "disableOOMKiller", Set("disableOOMKiller", static value => value.Boolean()) },
        { "useHierarchy", Set("useHierarchy", static value => value.Boolean()) },
        { "checkBeforeUpdate", Set("checkBeforeUpdate", static value => value.Boolean()) },
    };

    private static readonly FieldTable<JsonObject> CpuFields = new()
    {
        { "shares", Set("shares", static value => value.UInt64()) },
        { "quota", Set("quota", static value => value.Int64(Unlimited)) },
        { "burst", Set("burst", static value => value.UInt64()) },
        { "period", Set("period", static value => value.UInt64()) },
        { "realtimeRuntime", Set("realtimeRuntime", static value => value.Int64(Unlimited)) },
        { "realtimePeriod", Set("realtimePeriod", static value => value.UInt64()) },
        { "cpus", Set("cpus", static value => value.TextOrNull()) },
        { "mems", Set("mems", static value => value.TextOrNull()) },
        { "idle", Set("idle", static value => value.Int64()) },
    };

    private static readonly FieldTable<JsonObject> PidsFields = new()
    {
        { "limit", Presence.Required, Set("limit", static value => value.Int64(Unlimited)) },
    };

    private static readonly FieldTable<JsonObject> HugepageFields = new()
    {
        { "pageSize", Presence.Required, Set("pageSize", static value => value.NonEmptyText()) },
        { "limit", Presence.Required, Set("limit", static value => value.UInt64()) },
    };

    private static readonly FieldTable<JsonObject> PriorityFields = new()
    {
        { "name", Presence.Required, Set("name", static value => value.NonEmptyText()) },
        { "priority", Presence.Required, Set("priority", static value => value.UInt32()) },
    };

    private static readonly FieldTable<JsonObject> NetworkFields = new()
    {
        { "classID", Set("classID", static value => value.UInt32()) },
        { "priorities", Set("priorities", static value => Objects(value, PriorityFields)) },
    };

    private static readonly FieldTable<JsonObject> RdmaFields = new()
    {
        { "hcaHandles", Set("hcaHandles", static value => value.UInt32()) },
        { "hcaObjects", Set("hcaObjects", static value => value.UInt32()) },
    };

    private static readonly FieldTable<JsonObject> Fields = new()
    {
        { "devices", Set("devices", static value => Devices(value)) },
        { "memory", Set("memory", static value => MemoryFields.Bind([], value)) },
        { "cpu", Set("cpu", static value => CpuFields.Bind([], value)) },
        { "pids", Set("pids", static value => PidsFields.Bind([], value)) },
        { "blockio", Set("blockIO", BlockIOBinder.Bind) },
        { "blockIO", Set("blockIO", BlockIOBinder.Bind) },
        { "hugepageLimits", Set("hugepageLimits", static value => Objects(value, HugepageFields)) },
        { "network", Set("network", static value => NetworkFields.Bind([], value)) },
        { "rdma", Set("rdma", static value => Map(value, static item => RdmaFields.Bind([], item))) },
        { "unified", Set("unified", static value => Map(value, static item => item.Text())) },
    };

    public static ResourcesConfig Bind(FieldValue value) => new(Fields.Bind([], value));

    /// <summary>A setter of one member; a null, that is empty text or an empty list, is left out.</summary>
    internal static FieldSetter<JsonObject> Set(string member, Func<FieldValue, JsonNode?> convert) => (target, value) =>
    {
        if (convert(value) is { } node)
        {
            target[member] = node;
        }

        return target;
    };

    internal static JsonArray? Objects(FieldValue value, FieldTable<JsonObject> fields)
    {
        var items = value.List(item => fields.Bind([], item));
        return items.IsEmpty ? null : new JsonArray([.. items]);
    }

    /// <summary>"allow" is required by the specification; LinuxKit takes a missing one as false.</summary>
    private static JsonArray? Devices(FieldValue value)
    {
        var devices = Objects(value, DeviceFields);
        foreach (var device in devices?.OfType<JsonObject>() ?? [])
        {
            device.TryAdd("allow", JsonValue.Create(false));
        }

        return devices;
    }

    private static JsonObject? Map(FieldValue value, Func<FieldValue, JsonNode?> convert)
    {
        var map = new JsonObject();
        foreach (var (key, item) in value.Entries())
        {
            map[key] = convert(item);
        }

        return map.Count == 0 ? null : map;
    }
}
