using System.Net.Sockets;
using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Core.Tests;

public sealed class RegularFileTests : IDisposable
{
    private static readonly ExternalTool Mkfifo = new("mkfifo", "coreutils");

    private readonly TemporaryDirectory _directory = new("regular");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("/dev/null", "a device")]
    [InlineData("/dev/zero", "a device")]
    [InlineData("/dev", "a directory")]
    [InlineData("/proc/cpuinfo", "does not hold the 0 bytes")]
    [InlineData("/sys/kernel/mm/transparent_hugepage/enabled", "does not hold the 4096 bytes")]
    public void What_the_system_makes_up_is_no_file(string path, string reason)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Path.Exists(path), "Only Linux has it.");
        AssertRefused(path, reason);
    }

    [Fact]
    public async Task A_pipe_that_nobody_writes_to_is_refused_without_waiting()
    {
        Assert.SkipUnless(Mkfifo.IsAvailable, Mkfifo.SkipReason);
        await Mkfifo.RunAsync([_directory["pipe"]]);
        AssertRefused(_directory["pipe"], "a named pipe");
    }

    [Fact]
    public void A_socket_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Windows has no such files.");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_directory["socket"]));
        AssertRefused(_directory["socket"], "socket");
    }

    [Fact]
    public void A_link_is_followed_only_where_that_is_allowed()
    {
        File.WriteAllText(_directory["file"], "text");
        File.CreateSymbolicLink(_directory["link"], "file");
        Assert.Equal("text"u8, RegularFile.ReadAllBytes(_directory["link"], 4));
        var error = Assert.Throws<IOException>(() => RegularFile.ReadAllBytes(_directory["link"], 4, allowLink: false));
        Assert.Equal($"'{_directory["link"]}' is a symbolic link, not a regular file.", error.Message);
        Assert.Equal("text"u8, RegularFile.ReadAllBytes(_directory["file"], 4, allowLink: false));
    }

    [Fact]
    public void What_is_missing_or_too_large_is_an_error()
    {
        Assert.Throws<FileNotFoundException>(() => RegularFile.Open(_directory["missing"]));
        File.WriteAllText(_directory["file"], "text");
        Assert.ThrowsAny<IOException>(() => RegularFile.Open(_directory["file/below"]));
        Assert.Contains("has 4 bytes, more than 3", Assert.Throws<IOException>(() => RegularFile.ReadAllBytes(_directory["file"], 3)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_is_a_file()
    {
        File.WriteAllText(_directory["file"], "");
        Assert.Empty(RegularFile.ReadAllBytes(_directory["file"], 0));
    }

    [Theory]
    [InlineData("shorter", 5)]
    [InlineData("longer", 2000)]
    public void A_file_that_changes_its_size_while_it_is_read_is_named(string name, int length)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Windows keeps others from writing.");
        File.WriteAllBytes(_directory[name], new byte[1000]);
        using var blob = new FileBlob(_directory[name]);
        var content = new FileContent(blob, 0, blob.Length);
        Assert.Equal(5, content.Read(0, new byte[5]));
        using (var writer = new FileStream(_directory[name], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            writer.SetLength(length);
        }

        var error = Assert.ThrowsAny<IOException>(() => content.Read(5, new byte[2000]));
        Assert.Contains($"'{_directory[name]}' changed while it was read: it had 1000 bytes", error.Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(string path, string reason)
    {
        var error = Assert.ThrowsAny<IOException>(() => RegularFile.Open(path));
        Assert.Contains($"'{path}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
