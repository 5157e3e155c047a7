using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tests.FileSystem;

public sealed class HostDirectoryTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("reprobuild-host-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Names_and_contents_are_the_hosts_and_nothing_else_is()
    {
        Directory.CreateDirectory(Path.Combine(_directory, "b"));
        File.WriteAllText(Path.Combine(_directory, "b", "inner"), "one");
        File.WriteAllText(Path.Combine(_directory, "a"), "two");
        using var directory = HostDirectory.Open(_directory, new FileTime(5));
        Assert.Equal(["a", "b", "b/inner"], directory.Tree.Entries.Select(static e => e.Path.ToString()));
        Assert.All(directory.Tree.Entries, static e => Assert.Equal((5, 0u, 0u), (e.Inode.ModificationTime.Seconds, e.Inode.UserId, e.Inode.GroupId)));
        Assert.Equal([0x1a4, 0x1ed, 0x1a4], directory.Tree.Entries.Select(static e => (int)e.Inode.Mode));
        using var reader = new StreamReader(directory.Tree.Find("b/inner")!.Inode.Content.OpenRead());
        Assert.Equal("one", reader.ReadToEnd());
    }

    [Fact]
    public void Nothing_is_read_once_it_is_disposed()
    {
        File.WriteAllText(Path.Combine(_directory, "a"), "one");
        var directory = HostDirectory.Open(_directory, default);
        var content = directory.Tree.Find("a")!.Inode.Content;
        Assert.Equal("one", FileContentTests.ReadAll(content));
        directory.Dispose();
        Assert.Throws<ObjectDisposedException>(() => FileContentTests.ReadAll(content));
    }

    [Fact]
    public void A_symbolic_link_is_refused_by_name()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Symbolic links need a privilege on Windows.");
        File.CreateSymbolicLink(Path.Combine(_directory, "link"), "/etc/passwd");
        var error = Assert.Throws<ReproBuildException>(() => HostDirectory.Open(_directory, default));
        Assert.Contains($"'{Path.Combine(_directory, "link")}' is a symbolic link", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_directory_is_an_error_that_names_it() =>
        Assert.Contains($"The directory '{Path.Combine(_directory, "nowhere")}' cannot be read", Assert.Throws<ReproBuildException>(() => HostDirectory.Open(Path.Combine(_directory, "nowhere"), default)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_number_of_entries_is_limited_over_all_directories()
    {
        Directory.CreateDirectory(Path.Combine(_directory, "d"));
        File.WriteAllText(Path.Combine(_directory, "d", "1"), "");
        File.WriteAllText(Path.Combine(_directory, "2"), "");
        HostDirectory.Open(_directory, default, new InputLimits { MaxTreeEntries = 3 }).Dispose();
        var error = Assert.Throws<ReproBuildException>(() => HostDirectory.Open(_directory, default, new InputLimits { MaxTreeEntries = 2 }));
        Assert.Contains("more entries than InputLimits.MaxTreeEntries", error.Message, StringComparison.Ordinal);
    }
}
