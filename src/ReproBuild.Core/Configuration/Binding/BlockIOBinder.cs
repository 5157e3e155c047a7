using System.Text.Json.Nodes;

namespace ReproBuild.Core.Configuration.Binding;

/// <summary><c>resources.blockio</c> (OCI runtime specification 1.2.1, config-linux.md, "Block IO").</summary>
internal static class BlockIOBinder
{
    private static readonly FieldTable<JsonObject> WeightFields = new()
    {
        { "major", Presence.Required, ResourcesBinder.Set("major", static value => value.Int64(minimum: 0)) },
        { "minor", Presence.Required, ResourcesBinder.Set("minor", static value => value.Int64(minimum: 0)) },
        { "weight", ResourcesBinder.Set("weight", static value => value.UInt16()) },
        { "leafWeight", ResourcesBinder.Set("leafWeight", static value => value.UInt16()) },
    };

    private static readonly FieldTable<JsonObject> ThrottleFields = new()
    {
        { "major", Presence.Required, ResourcesBinder.Set("major", static value => value.Int64(minimum: 0)) },
        { "minor", Presence.Required, ResourcesBinder.Set("minor", static value => value.Int64(minimum: 0)) },
        { "rate", Presence.Required, ResourcesBinder.Set("rate", static value => value.UInt64()) },
    };

    private static readonly FieldTable<JsonObject> Fields = new()
    {
        { "weight", ResourcesBinder.Set("weight", static value => value.UInt16()) },
        { "leafWeight", ResourcesBinder.Set("leafWeight", static value => value.UInt16()) },
        { "weightDevice", ResourcesBinder.Set("weightDevice", static value => ResourcesBinder.Objects(value, WeightFields)) },
        { "throttleReadBpsDevice", Throttle("throttleReadBpsDevice") },
        { "throttleWriteBpsDevice", Throttle("throttleWriteBpsDevice") },
        { "throttleReadIOPSDevice", Throttle("throttleReadIOPSDevice") },
        { "throttleWriteIOPSDevice", Throttle("throttleWriteIOPSDevice") },
    };

    public static JsonObject Bind(FieldValue value) => Fields.Bind([], value);

    private static FieldSetter<JsonObject> Throttle(string member) =>
        ResourcesBinder.Set(member, static value => ResourcesBinder.Objects(value, ThrottleFields));
}
