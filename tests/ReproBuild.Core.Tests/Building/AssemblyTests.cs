using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Images;
using ReproBuild.Core.Tar;
using ReproBuild.Testing.InMemory;
using static ReproBuild.Core.Tests.Building.AssembledBuild;

namespace ReproBuild.Core.Tests.Building;

/// <summary>The rules by which images and settings become one root.</summary>
public class AssemblyTests
{
    private const int Epoch = 1492533000;

    private static InMemoryImage Image(string name, InMemoryLayer layer) => new($"docker.io/library/{name}:latest", layer);

    [Fact]
    public async Task A_later_image_wins_and_the_rest_of_an_earlier_one_stays()
    {
        var root = (await RunAsync(
            "init: [one, two]",
            Image("one", new InMemoryLayer().File("a", "1").File("b", "1", (UnixFileMode)0b111_000_000)),
            Image("two", new InMemoryLayer().File("b", "2")))).Root;
        Assert.Equal("1", root.Text("a"));
        Assert.Equal(("2", "644 0:0"), (root.Text("b"), root.Metadata("b")));
        Assert.Equal(new FileOrigin("docker.io/library/two:latest", "init[1]"), root.Find("b")!.Origin);
    }

    [Fact]
    public async Task Files_come_after_images()
    {
        var root = (await RunAsync("files: [{path: /a, contents: file}]\ninit: [one]", Image("one", new InMemoryLayer().File("a", "image")))).Root;
        Assert.Equal("file", root.Text("a"));
        Assert.Equal("600 0:0", root.Metadata("a"));
        Assert.Equal(new FileOrigin("linuxkit.files", "files[0]"), root.Find("a")!.Origin);
    }

    [Fact]
    public async Task Each_unpacked_image_is_adjusted()
    {
        var layer = new InMemoryLayer().File(".dockerenv", "").File("Dockerfile", "").File("dev/console", "").File("dev/pts/0", "").File("dev/shm/x", "").File("dev/null", "")
            .File("etc/hostname", "h").File("etc/hosts", "h", (UnixFileMode)0b110_000_000).File("etc/resolv.conf", "r").Directory("proc", (UnixFileMode)0b101_101_101, 5, 6).File("keep", "");
        var root = (await RunAsync("init: [one]\nservices: [{name: s, image: one}]", Image("one", layer))).Root;
        foreach (var prefix in (string[])["", "containers/services/s/lower/"])
        {
            Assert.All([".dockerenv", "Dockerfile", "dev/console", "etc/hostname"], path => Assert.Null(root.Find(prefix + path)));
            Assert.All(["dev/pts/0", "dev/shm/x"], path => Assert.NotNull(root.Find(prefix + path)));
            Assert.All(["dev", "dev/pts", "dev/shm", "etc", "sys"], path => Assert.Equal("755 0:0", root.Metadata(prefix + path)));
            Assert.Equal("555 5:6", root.Metadata(prefix + "proc"));
            Assert.All(["dev", "dev/pts", "etc", "proc", "etc/hosts", "etc/mtab"], path => Assert.Equal(Epoch, root.Inode(prefix + path).ModificationTime.Seconds));
            Assert.StartsWith("127.0.0.1       localhost\n::1     localhost", root.Text(prefix + "etc/hosts"), StringComparison.Ordinal);
            Assert.Equal("644 0:0", root.Metadata(prefix + "etc/hosts"));
            Assert.Equal("/proc/mounts", root.Inode(prefix + "etc/mtab").LinkTarget.ToString());
            Assert.NotNull(root.Find(prefix + "keep"));
        }

        Assert.Equal("/run/resolvconf/resolv.conf", root.Inode("etc/resolv.conf").LinkTarget.ToString());
        Assert.Equal("\n# no resolv.conf configured\n", root.Text("containers/services/s/lower/etc/resolv.conf"));
    }

    [Fact]
    public async Task An_image_keeps_its_own_mtab()
    {
        var root = (await RunAsync("init: [one]", Image("one", new InMemoryLayer().SymbolicLink("etc/mtab", "../proc/mounts")))).Root;
        Assert.Equal("../proc/mounts", root.Inode("etc/mtab").LinkTarget.ToString());
    }

    [Fact]
    public async Task A_relative_destination_is_warned_of()
    {
        var log = new RecordingLogger();
        await RunAsync("onboot: [{name: c, image: one, tmpfs: [t], binds: [\"/a:/b\"]}]", log, Image("one", new InMemoryLayer()));
        Assert.StartsWith("The container c mounts at t, which is not an absolute path", Assert.Single(log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_package_databases_of_several_init_images_are_joined()
    {
        var root = (await RunAsync(
            "init: [one, none, two]",
            Image("one", new InMemoryLayer().File("lib/apk/db/installed", "P:a")),
            Image("none", new InMemoryLayer().File("x", "")),
            Image("two", new InMemoryLayer().File("lib/apk/db/installed", "P:b", (UnixFileMode)0b110_000_000)))).Root;
        Assert.Equal("P:a\n\nP:b\n\n", root.Text("lib/apk/db/installed"));
        Assert.Equal("600 0:0", root.Metadata("lib/apk/db/installed"));
    }

    [Fact]
    public async Task The_package_database_of_one_init_image_is_left_alone()
    {
        var root = (await RunAsync("init: [one]", Image("one", new InMemoryLayer().File("lib/apk/db/installed", "P:a")))).Root;
        Assert.Equal("P:a", root.Text("lib/apk/db/installed"));
    }

    [Fact]
    public async Task A_later_container_refers_to_the_image_that_an_earlier_one_unpacked()
    {
        const string Yaml = """
            onboot: [{name: first, image: one}]
            onshutdown: [{name: last, image: one}]
            services: [{name: fixed, image: one, readonly: true}]
            """;
        var root = (await RunAsync(Yaml, Image("one", new InMemoryLayer().File("a", "")))).Root;
        Assert.NotNull(root.Find("containers/onboot/000-first/lower/a"));
        Assert.Null(root.Find("containers/onshutdown/000-last/lower"));
        Assert.All(["tmp", "rootfs"], path => Assert.NotNull(root.Find($"containers/onshutdown/000-last/{path}")));
        Assert.Empty(root.Find("containers/services/fixed/rootfs")!.Children);
        Assert.Null(root.Find("containers/services/fixed/tmp"));
        Assert.Contains("lowerdir=/containers/onboot/000-first/lower", root.Text("containers/onshutdown/000-last/runtime.json"), StringComparison.Ordinal);
        Assert.Contains("\"source\":\"/containers/onboot/000-first/lower\"", root.Text("containers/services/fixed/runtime.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_readonly_container_has_its_image_in_rootfs()
    {
        var root = (await RunAsync("services: [{name: s, image: one, readonly: true}]", Image("one", new InMemoryLayer().File("a", "")))).Root;
        Assert.NotNull(root.Find("containers/services/s/rootfs/a"));
        Assert.Null(root.Find("containers/services/s/lower"));
        Assert.Null(root.Find("containers/services/s/tmp"));
    }

    [Fact]
    public async Task An_image_label_may_make_a_container_readonly()
    {
        var image = new InMemoryImage("docker.io/library/one:latest", new InMemoryLayer().File("a", ""))
        {
            Configuration = new ImageConfiguration
            {
                Platform = Platform.Linux("amd64"),
                Labels = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("org.mobyproject.config", "readonly: true"),
            },
        };
        Assert.NotNull((await RunAsync("services: [{name: s, image: one}]", image)).Root.Find("containers/services/s/rootfs/a"));
    }

    [Fact]
    public async Task Hard_links_of_an_image_stay_links()
    {
        var root = (await RunAsync("services: [{name: s, image: one}]", Image("one", new InMemoryLayer().File("a", "x").HardLink("b", "a")))).Root;
        Assert.Equal("containers/services/s/lower/a", root.Find("containers/services/s/lower/b")!.HardLinkTarget!.Path.ToString());
    }

    [Fact]
    public async Task A_volume_has_its_image_in_lower()
    {
        var root = (await RunAsync(
            "volumes: [{name: v, image: one}, {name: blank}]\nservices: [{name: s, image: one, binds: [\"v:/data\"]}]",
            Image("one", new InMemoryLayer().File("a", "x")))).Root;
        Assert.Equal("x", root.Text("containers/volumes/v/lower/a"));
        Assert.Equal("/run/resolvconf/resolv.conf", root.Inode("containers/volumes/v/lower/etc/resolv.conf").LinkTarget.ToString());
        Assert.All(["lower", "tmp", "merged"], path => Assert.Empty(root.Find($"containers/volumes/blank/{path}")!.Children));
        Assert.Contains("/containers/volumes/v/merged", root.Text("containers/services/s/config.json"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 2_000_000_000)]
    [InlineData(true, 1000)]
    public async Task Newer_files_of_images_are_clamped_only_when_asked(bool clamp, long expected)
    {
        var newer = new TarEntry { Type = TarEntryType.RegularFile, Name = "new", Mode = (UnixFileMode)0b110_100_100, ModificationTime = new FileTime(2_000_000_000, 5) };
        var older = newer with { Name = "old", ModificationTime = new FileTime(999, 7) };
        var image = Image("one", new InMemoryLayer().Add(newer).HardLink("link", "new").Add(older));
        var options = new BuildOptions { SourceDateEpoch = 1000, ClampModificationTimes = clamp };
        var root = (await RunAsync("init: [one]", options, image)).Root;
        Assert.Equal(expected, root.Inode("new").ModificationTime.Seconds);
        Assert.Equal(new FileTime(999, 7), root.Inode("old").ModificationTime);
        Assert.Same(root.Inode("link"), root.Inode("new"));
        Assert.Equal(new FileTime(1000), root.Inode("etc/hosts").ModificationTime);
    }

    [Fact]
    public async Task A_directory_against_a_link_names_both_sources()
    {
        var error = await Assert.ThrowsAsync<RootFileSystemException>(() => RunAsync(
            "init: [one, two]", Image("one", new InMemoryLayer().SymbolicLink("lib", "usr/lib")), Image("two", new InMemoryLayer().File("lib/x", ""))));
        Assert.Contains("docker.io/library/one:latest (init[0])", error.Message, StringComparison.Ordinal);
        Assert.Contains("docker.io/library/two:latest (init[1])", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Problems_of_every_container_are_reported_together()
    {
        const string Yaml = "services:\n  - {name: a, image: one, uid: nobody}\n  - {name: b, image: one, binds: [\"gone:/x\"]}\n";
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync(Yaml, Image("one", new InMemoryLayer())));
        Assert.Equal(["test.yml:2:5", "test.yml:3:5"], error.Problems.Select(static problem => problem.Location!.ToString()));
        Assert.Contains("services[0].uid: 'nobody'", error.Problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("'gone'", error.Problems[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_label_names_the_image()
    {
        var image = new InMemoryImage("docker.io/library/one:latest", new InMemoryLayer())
        {
            Configuration = new ImageConfiguration
            {
                Platform = Platform.Linux("amd64"),
                Labels = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("org.mobyproject.config", "{\"capabilites\": []}"),
            },
        };
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync("services: [{name: s, image: one}]", image));
        Assert.Contains("label org.mobyproject.config of docker.io/library/one:latest:1:2: unknown key 'capabilites'", error.Message, StringComparison.Ordinal);
    }
}
