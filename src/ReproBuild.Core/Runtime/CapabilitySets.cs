using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Runtime;

/// <summary><c>process.capabilities</c> (config.md, "Linux Process").</summary>
internal static class CapabilitySets
{
    public static JsonObject Create(ContainerSettings settings)
    {
        var effective = Expand(settings.Capabilities ?? []);
        var ambient = Expand(settings.Ambient ?? []);
        ImmutableArray<string> union = [.. effective.Concat(ambient).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var sets = new JsonObject();
        sets.AddTexts("bounding", union);
        sets.AddTexts("effective", effective);
        sets.AddTexts("inheritable", union);
        sets.AddTexts("permitted", union);
        sets.AddTexts("ambient", ambient);
        return sets;
    }

    private static ImmutableArray<string> Expand(ImmutableArray<string> names) =>
        names.Any(static name => Capabilities.IsWord(name, Capabilities.Every))
            ? Capabilities.All
            : [.. names.Where(static name => !Capabilities.IsWord(name, Capabilities.No))];
}
