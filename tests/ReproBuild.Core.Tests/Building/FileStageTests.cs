using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.InMemory;
using static ReproBuild.Core.Tests.Building.AssembledBuild;

namespace ReproBuild.Core.Tests.Building;

public sealed class FileStageTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("reprobuild-files-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("contents: x", "600", "700")]
    [InlineData("directory: true", "700", "700")]
    [InlineData("contents: x, mode: \"0644\"", "644", "755")]
    [InlineData("contents: x, mode: \"0400\"", "400", "500")]
    [InlineData("contents: x, mode: \"0640\"", "640", "750")]
    [InlineData("contents: x, mode: \"0060\"", "60", "70")]
    [InlineData("contents: x, mode: \"0006\"", "6", "7")]
    [InlineData("contents: x, mode: \"0\"", "0", "0")]
    public async Task Missing_parents_can_be_searched_by_whoever_can_use_the_file(string entry, string mode, string parent)
    {
        var root = (await RunAsync($"files: [{{path: a/b/c, {entry}}}]")).Root;
        Assert.Equal($"{mode} 0:0", root.Metadata("a/b/c"));
        Assert.Equal($"{parent} 0:0", root.Metadata("a/b"));
        Assert.Equal($"{parent} 0:0", root.Metadata("a"));
    }

    [Theory]
    [InlineData("MaxPathLength", 5000, 3, 1)]
    [InlineData("MaxNameLength", 256, 256, 1)]
    [InlineData("MaxPathLength", 3, 3, 4096)]
    public async Task A_path_or_a_target_that_no_layer_may_have_is_refused_before_anything_is_fetched(string limit, int length, int component, int target)
    {
        var path = string.Concat(Enumerable.Repeat(new string('p', component) + "/", (length + component) / (component + 1)));
        var config = LinuxKitConfig.Parse($"init: [no/such:image]\nfiles: [{{path: {path}x, symlink: {new string('t', target)}}}]", "test.yml");
        var builder = new ImageBuilder(new InMemoryImageSource(), [new RecordingFormat()]);
        var error = await Assert.ThrowsAsync<RootFileSystemException>(
            () => builder.PlanAsync(config, new BuildOptions { Formats = [new RecordingFormat().Name] }, TestContext.Current.CancellationToken));
        Assert.Contains($"limit {limit}", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 1, 600);
    }

    [Theory]
    [InlineData("MaxTreeEntries", 3, 4095)]
    [InlineData("MaxPathLength", 100, 10)]
    public async Task The_root_file_system_is_held_to_the_limits_of_a_tree(string limit, int entries, int path)
    {
        var options = new BuildOptions { Limits = new InputLimits { MaxTreeEntries = entries, MaxPathLength = path } };
        var error = await Assert.ThrowsAsync<RootFileSystemException>(
            () => RunAsync("files: [{path: a/b/c/d, contents: x}, {path: l, symlink: a/b}, {path: l/e/f/g/h, contents: x}]", options));
        Assert.Contains($"limit {limit}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Existing_parents_are_left_alone_unless_an_entry_names_them()
    {
        var image = new InMemoryImage("docker.io/library/one:latest", new InMemoryLayer().Directory("srv", (UnixFileMode)0b111_101_000, 1, 2).Directory("opt", (UnixFileMode)0b111_000_000, 1, 2).File("opt/kept", ""));
        const string Yaml = "init: [one]\nfiles: [{path: srv/x, contents: x}, {path: opt, directory: true, mode: \"0711\"}]";
        var root = (await RunAsync(Yaml, image)).Root;
        Assert.Equal("750 1:2", root.Metadata("srv"));
        Assert.Equal("711 0:0", root.Metadata("opt"));
        Assert.NotNull(root.Find("opt/kept"));
    }

    [Fact]
    public async Task Owners_are_numbers_or_names_of_containers_counted_from_100()
    {
        const string Yaml = """
            onboot: [{name: first, image: one}]
            onshutdown: [{name: second, image: one}]
            services: [{name: third, image: one}]
            files:
              - {path: d/a, contents: x, uid: third, gid: second}
              - {path: b, contents: x, uid: 7, gid: root}
              - {path: c, symlink: b, uid: first}
            """;
        var root = (await RunAsync(Yaml, new InMemoryImage("docker.io/library/one:latest", new InMemoryLayer()))).Root;
        Assert.Equal("600 102:101", root.Metadata("d/a"));
        Assert.Equal("700 102:101", root.Metadata("d"));
        Assert.Equal("600 7:0", root.Metadata("b"));
        Assert.Equal((FileType.SymbolicLink, "b", 100u), (root.Inode("c").Type, root.Inode("c").LinkTarget.ToString(), root.Inode("c").UserId));
    }

    [Fact]
    public async Task An_unknown_owner_is_located()
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync("files:\n  - {path: a, contents: b, gid: nobody}"));
        Assert.StartsWith("test.yml:2:5: files[0].gid: 'nobody' is not the name of a container", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_is_relative_to_the_working_directory_and_its_mode_is_not_the_hosts()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "s.txt"), "content", TestContext.Current.CancellationToken);
        var context = await RunAsync(
            "files: [{path: a, source: ./s.txt}]",
            new BuildOptions { WorkingDirectory = _directory },
            static context => Assert.Equal("content", context.Root.Text("a")));
        Assert.Equal("600 0:0", context.Root.Metadata("a"));
    }

    [Fact]
    public async Task An_absent_source_is_an_error_unless_it_is_optional()
    {
        var options = new BuildOptions { WorkingDirectory = _directory };
        var root = (await RunAsync("files: [{path: a/b, source: gone, optional: true}, {path: c, contents: d}]", options)).Root;
        Assert.Equal(["c"], root.Entries.Select(static entry => entry.Path.ToString()));
        var error = await Assert.ThrowsAsync<RootFileSystemException>(() => RunAsync("files: [{path: a/b, source: gone}]", options));
        Assert.StartsWith("test.yml:1:9: the source 'gone' of 'a/b' cannot be read", error.Message, StringComparison.Ordinal);
        Assert.Contains("optional: true", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_is_no_source_even_when_optional()
    {
        var error = await Assert.ThrowsAsync<RootFileSystemException>(
            () => RunAsync("files: [{path: a, source: ., optional: true}]", new BuildOptions { WorkingDirectory = _directory }));
        Assert.Equal("test.yml:1:9: the source '.' of 'a' cannot be read: it is a directory. Give a file; 'directory: true' makes an empty directory.", error.Message);
    }

    [Fact]
    public async Task A_source_that_no_path_can_be_is_an_error_without_the_names_of_parameters()
    {
        var error = await Assert.ThrowsAsync<RootFileSystemException>(() => RunAsync("files: [{path: a, source: \"x\\0y\"}]"));
        Assert.Contains("cannot be read: it is not a path of this host. Give", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("var/run/x", "run/x", "the file 'var/run/x' (through a symbolic link: /run/x) lies in /run, where a file system is mounted at boot")]
    [InlineData("tmp/x", "tmp/x", "the file 'tmp/x' lies in /tmp,")]
    [InlineData("etc/x", "etc/x", null)]
    public async Task A_file_that_a_mount_at_boot_hides_is_warned_of(string path, string where, string? warning)
    {
        var log = new RecordingLogger();
        var image = new InMemoryImage("docker.io/library/one:latest", new InMemoryLayer().Directory("run").SymbolicLink("var/run", "../run"));
        var root = (await RunAsync($"init: [one]\nfiles: [{{path: {path}, contents: y}}]", log, image)).Root;
        Assert.Equal("y", root.Text(where));
        if (warning is null)
        {
            Assert.Empty(log.Warnings);
        }
        else
        {
            Assert.Contains(warning, Assert.Single(log.Warnings), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Metadata_is_the_merged_configuration()
    {
        var root = (await RunAsync("files: [{path: a.json, metadata: json}, {path: a.yml, metadata: yaml}]")).Root;
        Assert.Contains("\"path\":\"a.json\"", root.Text("a.json"), StringComparison.Ordinal);
        Assert.Equal(2, LinuxKitConfig.Parse(root.Text("a.yml"), "a.yml").Files.Length);
    }

    [Fact]
    public async Task A_path_through_links_stays_inside_the_root()
    {
        var image = new InMemoryImage("docker.io/library/one:latest", new InMemoryLayer().SymbolicLink("out", "../../../etc"));
        var root = (await RunAsync("init: [one]\nfiles: [{path: out/x, contents: y}]", image)).Root;
        Assert.Equal("y", root.Text("etc/x"));
    }

    [Fact]
    public async Task A_path_below_a_file_is_an_error_with_its_place()
    {
        var error = await Assert.ThrowsAsync<RootFileSystemException>(() => RunAsync("files:\n  - {path: a, contents: b}\n  - {path: a/c, contents: d}"));
        Assert.Equal(
            "test.yml:3:5: the file 'a/c' cannot be put there: 'a/c' is below 'a', which is not a directory. Give a path that leads through directories.",
            error.Message);
    }

    [Fact]
    public async Task A_link_that_leads_to_itself_is_an_error()
    {
        var image = new InMemoryImage("docker.io/library/one:latest", new InMemoryLayer().SymbolicLink("loop", "loop"));
        await Assert.ThrowsAsync<RootFileSystemException>(() => RunAsync("init: [one]\nfiles: [{path: loop/x, contents: y}]", image));
    }
}
