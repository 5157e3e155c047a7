using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Configuration.Fields;
using ReproBuild.Core.Configuration.Yaml;

namespace ReproBuild.Core.Tests.Configuration;

/// <summary>Whatever code can put into a record, YAML accepts or refuses as well, and the reverse.</summary>
public class FieldRangeTests
{
    private static readonly decimal[] Edges =
    [
        long.MinValue, int.MinValue, -1001, -1000, -2, -1, 0, 1, 1000, 1001, 0xFFF, 0x1000, ushort.MaxValue, int.MaxValue, uint.MaxValue, long.MaxValue, ulong.MaxValue,
    ];

    [Fact]
    public void A_number_has_one_range_in_YAML_and_in_code()
    {
        var covered = new SortedSet<string>(StringComparer.Ordinal);
        Compare(ContainerSettings.Section, "{}", covered);
        Compare(DeviceConfig.Section, "{path: /x, type: c}", covered);
        Compare(DeviceRule.Section, "{}", covered);
        Compare(MemoryResources.Section, "{}", covered);
        Compare(CpuResources.Section, "{}", covered);
        Compare(PidsResources.Section, "{limit: 1}", covered);
        Compare(BlockIOResources.Section, "{}", covered);
        Compare(BlockDeviceWeight.Section, "{major: 1, minor: 1}", covered);
        Compare(BlockDeviceRate.Section, "{major: 1, minor: 1, rate: 1}", covered);
        Compare(HugepageLimit.Section, "{pageSize: 2MB, limit: 1}", covered);
        Compare(NetworkResources.Section, "{}", covered);
        Compare(NetworkPriority.Section, "{name: e, priority: 1}", covered);
        Compare(RdmaResources.Section, "{}", covered);
        Compare(IdMapping.Section, "{}", covered);
        Compare(FileConfig.Section, "{path: a, contents: b}", covered);
        Assert.Empty(Numbers(LinuxKitConfig.Section.Kind).Except(covered, StringComparer.Ordinal));
    }

    [Fact]
    public void A_list_that_was_never_made_is_told_and_breaks_nothing()
    {
        NeverMade(ContainerSettings.Section, "{}");
        NeverMade(MountConfig.Section, "{type: tmpfs, destination: /x}");
        NeverMade(RuntimeConfig.Section, "{}");
        NeverMade(ResourcesConfig.Section, "{}");
        NeverMade(BlockIOResources.Section, "{}");
        NeverMade(NetworkResources.Section, "{}");
    }

    private static void Compare<T>(Section<T> section, string minimal, SortedSet<string> covered)
        where T : notnull
    {
        foreach (var property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static p => p.CanWrite))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            foreach (var edge in Edges.Where(edge => Fits(edge, type)))
            {
                object copy = Read(section, minimal, []);
                var value = type == typeof(UnixFileMode) ? (UnixFileMode)(int)edge : Convert.ChangeType(edge, type, null);
                property.SetValue(copy, value);
                var written = section.Write((T)copy);
                covered.UnionWith(written.Where(member => !JsonNode.DeepEquals(member.Value, section.Write(Read(section, minimal, []))[member.Key])).Select(static m => m.Key));
                var problems = new ProblemList();
                section.Check((T)copy, new FieldPlace("x", null, problems));
                var read = new List<string>();
                Read(section, written.ToJsonString(), read);
                Assert.True((problems.Count == 0) == (read.Count == 0), $"{typeof(T).Name}.{property.Name} = {edge}: {string.Join(' ', read)}");
            }
        }
    }

    private static void NeverMade<T>(Section<T> section, string minimal)
        where T : class
    {
        foreach (var property in typeof(T).GetProperties().Where(static p => IsList(Nullable.GetUnderlyingType(p.PropertyType))))
        {
            var copy = Read(section, minimal, []);
            property.SetValue(copy, Activator.CreateInstance(Nullable.GetUnderlyingType(property.PropertyType)!));
            var problems = new ProblemList();
            section.Check(copy, new FieldPlace("x", null, problems));
            Assert.True(problems.Count > 0, property.Name);
            Assert.False(copy.Equals(Read(section, minimal, [])));
            _ = copy.GetHashCode();
            _ = copy.ToString();
        }
    }

    private static bool IsList(Type? type) => type is { IsGenericType: true } && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

    private static bool Fits(decimal number, Type type) =>
        type == typeof(int) || type == typeof(UnixFileMode) ? number is >= int.MinValue and <= int.MaxValue
        : type == typeof(ushort) ? number is >= 0 and <= ushort.MaxValue
        : type == typeof(uint) ? number is >= 0 and <= uint.MaxValue
        : type == typeof(long) ? number is >= long.MinValue and <= long.MaxValue
        : type == typeof(ulong) && number is >= 0 and <= ulong.MaxValue;

    private static T Read<T>(Section<T> section, string yaml, List<string> found)
        where T : notnull
    {
        var problems = new ProblemList();
        var value = section.Read(new FieldValue("x", YamlReader.Read(yaml, "f.yml", problems, InputLimits.Default)!, problems));
        if (problems.Count > 0)
        {
            found.Add(Assert.Throws<ConfigurationException>(problems.ThrowIfAny).Message);
        }

        return value;
    }

    private static IEnumerable<string> Numbers(ValueKind kind) => kind switch
    {
        ValueKind.Section section => section.Fields.SelectMany(static field => field.Kind is ValueKind.Integer ? [field.Name] : Numbers(field.Kind)),
        ValueKind.List list => Numbers(list.Item),
        ValueKind.Map map => Numbers(map.Item),
        _ => [],
    };
}
