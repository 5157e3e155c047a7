using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Runtime;
using ReproBuild.Testing.Conforming;

namespace ReproBuild.Core.Tests.Runtime;

/// <summary>Every <c>config.json</c> and <c>runtime.json</c> has the value that LinuxKit's own build gives it.</summary>
public class RuntimeConformanceTests
{
    [Theory]
    [InlineData("minimal", "amd64", "minimal.yml")]
    [InlineData("options", "amd64", "options.yml")]
    [InlineData("files", "amd64", "files.yml")]
    [InlineData("labels", "amd64", "labels.yml")]
    [InlineData("layers", "amd64", "layers.yml")]
    [InlineData("merge", "amd64", "merge-a.yml", "merge-b.yml")]
    [InlineData("multiarch", "amd64", "multiarch.yml")]
    [InlineData("multiarch-arm64", "arm64", "multiarch.yml")]
    [InlineData("volumes", "amd64", "volumes.yml")]
    public async Task The_files_of_every_container_have_LinuxKits_values(string expected, string architecture, params string[] files)
    {
        var cases = Path.Combine(ExpectedTree.DataDirectory, "cases");
        var config = await LinuxKitConfig.LoadAsync([.. files.Select(file => Path.Combine(cases, file))], cancellationToken: TestContext.Current.CancellationToken);
        var actual = CreateAll(config, architecture);
        var wanted = ExpectedTree.Load(expected).JsonFiles.Where(static file => file.Key.StartsWith("containers/", StringComparison.Ordinal)).ToList();
        Assert.Equal(wanted.Count, actual.Count);
        Assert.All(wanted, file => Assert.True(
            JsonNode.DeepEquals(file.Value, JsonNode.Parse(actual[file.Key])),
            $"{file.Key}\nexpected {file.Value.ToJsonString()}\ngot      {JsonNode.Parse(actual[file.Key])!.ToJsonString()}"));
    }

    private static Dictionary<string, byte[]> CreateAll(LinuxKitConfig config, string architecture)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var unpacked = new Dictionary<string, string>(StringComparer.Ordinal);
        var ids = ContainerIds.Assign(config);
        var volumes = config.Volumes.ToImmutableDictionary(static volume => volume.Name);
        foreach (var (container, directory) in Places(config))
        {
            var image = ConformanceLayout.Configuration(ConformanceLayout.Manifest(ConformanceLayout.Resolve(container.Image.ToString()), architecture));
            var label = image.Labels.TryGetValue(ContainerRuntime.SettingsLabel, out var text) ? ContainerSettings.ParseLabel(text, "label", InputLimits.Default) : null;
            var own = $"{directory}/{(ContainerRuntime.IsReadOnly(container, label) ? "rootfs" : "lower")}";
            unpacked.TryAdd(container.Image.ToString(), own);
            var made = ContainerRuntime.Create(new ContainerRuntimeInput(container, image, label, "/" + directory, "/" + unpacked[container.Image.ToString()], ids, volumes));
            files.Add($"{directory}/config.json", made.ConfigJson);
            files.Add($"{directory}/runtime.json", made.RuntimeJson);
        }

        return files;
    }

    private static IEnumerable<(ContainerConfig Container, string Directory)> Places(LinuxKitConfig config) =>
        config.OnBoot.Select(static (container, i) => (container, $"containers/onboot/{i:D3}-{container.Name}"))
            .Concat(config.OnShutdown.Select(static (container, i) => (container, $"containers/onshutdown/{i:D3}-{container.Name}")))
            .Concat(config.Services.Select(static container => (container, $"containers/services/{container.Name}")));
}
