using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Configuration.Binding;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Runtime;

/// <summary><c>process.capabilities</c> (config.md, "Linux Process").</summary>
internal static class CapabilitySets
{
    private const string Every = "all";
    private const string No = "none";

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
            return Capability.All;
        }

        ImmutableArray<string> known = [.. names.Where(static name => !string.Equals(name, No, StringComparison.OrdinalIgnoreCase))];
        foreach (var name in known.Where(static name => !Capability.All.Contains(name, StringComparer.Ordinal)))
        {
            var hint = KeySuggestion.For(name, Capability.All) is { } closest ? $" (did you mean {closest}?)" : "";
            problems.Add(field, $"'{name}' is not a capability of Linux{hint}; expected all, none, or names such as CAP_NET_ADMIN");
        }

        return known;
    }
}
