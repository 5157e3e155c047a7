using ReproBuild.Core.Configuration;
using ReproBuild.Core.Configuration.Fields;

namespace ReproBuild.Core.Tests.Configuration;

/// <summary>The table of fields agrees with the records that it fills and with the documentation.</summary>
public class FieldTableTests
{
    /// <summary>Which heading of docs/configuration.md has the fields of a section; resources are the OCI specification's.</summary>
    public static TheoryData<string, string> Sections => new()
    {
        { "", "Top level" }, { "kernel", "kernel" }, { "services", "Containers" }, { "services.mounts", "mounts" },
        { "services.devices", "devices" }, { "services.runtime", "runtime" }, { "files", "files" }, { "volumes", "volumes" },
    };

    [Theory]
    [MemberData(nameof(Sections))]
    public void Every_field_has_a_row_in_the_documentation(string path, string heading)
    {
        var fields = Find(path).Fields;
        var rows = Rows(heading);
        Assert.Equal(fields.Select(static field => field.Name).Order(StringComparer.Ordinal), rows.Keys.Order(StringComparer.Ordinal));
        Assert.All(fields, field => Assert.Equal(field.IsRequired, rows[field.Name].Contains("required", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_property_of_a_record_has_a_field()
    {
        Assert.Equal(Settable<KernelConfig>() - 1, Find("kernel").Fields.Count);
        Assert.Equal(Settable<ContainerConfig>() - 2 + Settable<ContainerSettings>(), Find("services").Fields.Count);
        Assert.Equal(Settable<FileConfig>() - 1, Find("files").Fields.Count);
        Assert.Equal(Settable<VolumeConfig>() - 1, Find("volumes").Fields.Count);
        Assert.Equal(Settable<ResourcesConfig>(), Find("services.resources").Fields.Count);
        Assert.Equal(Settable<MemoryResources>(), Find("services.resources.memory").Fields.Count);
        Assert.Equal(Settable<CpuResources>(), Find("services.resources.cpu").Fields.Count);
        Assert.Equal(Settable<BlockIOResources>(), Find("services.resources.blockIO").Fields.Count);
    }

    [Fact]
    public void A_field_says_what_it_can_be()
    {
        Assert.Equal("a whole number from -1000 to 1000", Kind("services.oomScoreAdj").Expected);
        Assert.Equal(["filesystem", "oci"], Assert.IsType<ValueKind.Choice>(Kind("volumes.format")).Words);
        Assert.IsType<ValueKind.Text>(Assert.IsType<ValueKind.List>(Kind("services.env")).Item);
        Assert.IsType<ValueKind.Boolean>(Kind("services.readonly"));
        Assert.IsType<ValueKind.Map>(Kind("services.sysctl"));
    }

    private static ValueKind.Section Find(string path) => path.Length == 0
        ? (ValueKind.Section)LinuxKitConfig.Section.Kind
        : (ValueKind.Section)(Kind(path) is ValueKind.List list ? list.Item : Kind(path));

    private static ValueKind Kind(string path)
    {
        ValueKind kind = LinuxKitConfig.Section.Kind;
        foreach (var key in path.Split('.'))
        {
            kind = ((ValueKind.Section)(kind is ValueKind.List list ? list.Item : kind)).Fields.Single(field => field.Name == key).Kind;
        }

        return kind;
    }

    private static int Settable<T>() => typeof(T).GetProperties().Count(static property => property.CanWrite);

    private static Dictionary<string, string> Rows(string heading)
    {
        var lines = File.ReadAllLines(Path.Combine(Root(), "docs", "configuration.md"));
        var rows = lines.SkipWhile(line => line.TrimStart('#') != " " + heading).Skip(1).TakeWhile(static line => !line.StartsWith('#'))
            .Where(static line => line.StartsWith("| `", StringComparison.Ordinal)).Select(static line => line.Split('|'));
        return rows.SelectMany(static row => row[1].Split(',').Select(name => (Name: name.Trim(' ', '`'), Type: row[2])))
            .ToDictionary(static row => row.Name, static row => row.Type);
    }

    private static string Root()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "ReproBuild.sln")))
        {
            directory = Path.GetDirectoryName(directory)!;
        }

        return directory;
    }
}
