using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Tests.Configuration;

public sealed class MergingTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("reprobuild-merge-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Lists_are_appended()
    {
        var merged = Merge(
            "init: [a]\nonboot: [{name: x, image: i}]\nonshutdown: [{name: x, image: i}]\nservices: [{name: a, image: i}]\nfiles: [{path: a, contents: b}]\nvolumes: [{name: a}]",
            "init: [b]\nonboot: [{name: x, image: i}]\nonshutdown: [{name: y, image: i}]\nservices: [{name: b, image: i}]\nfiles: [{path: b, contents: b}]\nvolumes: [{name: b}]");
        Assert.Equal(["library/a", "library/b"], merged.Init.Select(static init => init.Image.Repository));
        Assert.Equal(["x", "x"], merged.OnBoot.Select(static container => container.Name));
        Assert.Equal(["x", "y"], merged.OnShutdown.Select(static container => container.Name));
        Assert.Equal(["a", "b"], merged.Services.Select(static container => container.Name));
        Assert.Equal(["a", "b"], merged.Files.Select(static file => file.Path));
        Assert.Equal(["a", "b"], merged.Volumes.Select(static volume => volume.Name));
    }

    [Theory]
    [InlineData("{image: a, cmdline: b, binary: c}", "{}", "a", "b", "c", null, null)]
    [InlineData("{image: a, cmdline: b, binary: c}", "{image: x, cmdline: y, binary: z}", "x", "y", "z", null, null)]
    [InlineData("{image: a, cmdline: b, binary: c}", "{image: \"\", cmdline: \"\", binary: \"\"}", "a", "b", "c", null, null)]
    [InlineData("{image: a, tar: t, ucode: u}", "{tar: \"\", ucode: \"\"}", "a", "", "", "", "")]
    [InlineData("{image: a, tar: t, ucode: u}", "{tar: none}", "a", "", "", "none", "u")]
    public void Kernel_fields_replace(string first, string second, string image, string commandLine, string binary, string? tar, string? microcode)
    {
        var kernel = Merge($"kernel: {first}", $"kernel: {second}").Kernel!;
        Assert.Equal((image, commandLine, binary, tar, microcode), (kernel.Image!.Repository["library/".Length..], kernel.CommandLine, kernel.Binary, kernel.Tar, kernel.Microcode));
    }

    [Theory]
    [InlineData("services", ", image: i", "service")]
    [InlineData("volumes", "", "volume")]
    public void A_name_in_both_names_both_places(string section, string rest, string kind)
    {
        var error = Assert.Throws<ConfigurationException>(() => Merge($"{section}: [{{name: a{rest}}}]", $"\n{section}: [{{name: a{rest}}}]"));
        var column = section.Length + 4;
        Assert.Equal($"second.yml:2:{column}: the {kind} name 'a' is used twice, first at first.yml:1:{column}; expected a name of its own for every {kind}", error.Message);
    }

    [Fact]
    public async Task Problems_of_every_file_are_reported_together()
    {
        var first = await WriteAsync("1.yml", "nope: 1");
        var missing = Path.Combine(_directory, "missing.yml");
        var second = await WriteAsync("2.yml", "\nnope: 2");
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => LinuxKitConfig.LoadAsync([first, missing, second], cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(3, error.Problems.Length);
        Assert.StartsWith($"{first}:1:1: unknown key", error.Problems[0].ToString(), StringComparison.Ordinal);
        Assert.Contains($"'{missing}' cannot be read: it does not exist", error.Problems[1].ToString(), StringComparison.Ordinal);
        Assert.StartsWith($"{second}:2:1: unknown key", error.Problems[2].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_file_is_an_error()
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => LinuxKitConfig.LoadAsync([], cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal("no configuration file is given; expected at least one", error.Message);
    }

    [Fact]
    public void A_name_that_a_later_file_has_is_looked_for_when_everything_is_there()
    {
        var first = LinuxKitConfig.Parse("services: [{name: a, image: i, binds: [\"v:/v\"], uid: b}]\nfiles: [{path: x, contents: y, gid: c}]", "first.yml");
        Assert.Equal(
            """
            first.yml:1:12: services[0].uid: 'b' is not the name of a container (did you mean a?); expected a number, root, or the name of a container of onboot, onshutdown or services
            first.yml:1:12: services[0].binds[0]: 'v' is neither an absolute path nor the name of a volume; the volumes: there are none
            first.yml:2:9: files[0].gid: 'c' is not the name of a container (did you mean a?); expected a number, root, or the name of a container of onboot, onshutdown or services
            """.ReplaceLineEndings("\n"),
            Assert.Throws<ConfigurationException>(first.Validate).Message);
        var half = first.MergeWith(LinuxKitConfig.Parse("services: [{name: b, image: i}, {name: c, image: i}]", "second.yml"));
        half.MergeWith(LinuxKitConfig.Parse("volumes: [{name: v}]", "third.yml")).Validate();
    }

    [Fact]
    public async Task Standard_input_is_read_as_a_stream()
    {
        using var stream = new MemoryStream("init: [a]"u8.ToArray());
        Assert.Equal("library/a", (await LinuxKitConfig.LoadAsync(stream, "-", cancellationToken: TestContext.Current.CancellationToken)).Init[0].Image.Repository);
    }

    [Fact]
    public void A_configuration_made_in_code_is_validated()
    {
        var config = new LinuxKitConfig
        {
            Services = [new ContainerConfig { Name = "a/b", Image = ImageReference.Parse("i") }],
            Files = [new FileConfig { Path = "..", Contents = "" }, new FileConfig { Path = "a" }, new FileConfig { Path = "a", Contents = "", Mode = (UnixFileMode)0x1000 }],
            Volumes = [new VolumeConfig { Name = "A" }],
        };
        Assert.Equal(5, Assert.Throws<ConfigurationException>(config.Validate).Problems.Length);
    }

    private static LinuxKitConfig Merge(string first, string second) => LinuxKitConfig.Parse(first, "first.yml").MergeWith(LinuxKitConfig.Parse(second, "second.yml"));

    private async Task<string> WriteAsync(string name, string yaml)
    {
        var path = Path.Combine(_directory, name);
        await File.WriteAllTextAsync(path, yaml, TestContext.Current.CancellationToken);
        return path;
    }
}
