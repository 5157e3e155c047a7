using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Core.Tests.FileSystem;

public sealed class HostFileTests : IDisposable
{
    private const int DiskFullErrno = 28;
    private const int DiskFullWindows = unchecked((int)0x80070070);

    private readonly TemporaryDirectory _directory = new("host-file");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_saved_file_replaces_an_older_one_and_nothing_else_is_left()
    {
        var path = _directory["file"];
        await FileContent.FromBytes("one"u8.ToArray()).SaveAsync(path, TestContext.Current.CancellationToken);
        await FileContent.FromBytes("two"u8.ToArray()).SaveAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal("two", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal([path], Directory.GetFileSystemEntries(_directory.FullName));
    }

    [Fact]
    public async Task A_file_whose_content_cannot_be_read_keeps_the_older_one()
    {
        var path = _directory["file"];
        await File.WriteAllTextAsync(path, "old", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<EndOfStreamException>(
            () => HostFile.SaveAsync(path, static (_, _) => throw new EndOfStreamException(), TestContext.Current.CancellationToken));
        Assert.Equal("old", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal([path], Directory.GetFileSystemEntries(_directory.FullName));
    }

    [Fact]
    public async Task A_directory_that_is_not_there_is_an_error_that_names_the_file()
    {
        var path = _directory[Path.Combine("missing", "file")];
        var error = await Assert.ThrowsAsync<ReproBuildException>(() => FileContent.Empty.SaveAsync(path, TestContext.Current.CancellationToken));
        Assert.Contains($"Cannot write '{path}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_free_number_is_taken()
    {
        File.WriteAllText(_directory["p0.s"], "");
        File.WriteAllText(_directory["p1.s"], "");
        using var file = HostFile.CreateNumbered(_directory.FullName, "p", ".s", new FileStreamOptions { Access = FileAccess.Write });
        Assert.Equal(_directory["p2.s"], file.Name);
    }

    [Fact]
    public void An_error_says_what_to_do_about_its_cause()
    {
        Assert.Contains("write permission", Message(new UnauthorizedAccessException()), StringComparison.Ordinal);
        Assert.Contains("The disk is full", Message(new IOException("No space left on device")), StringComparison.Ordinal);
        Assert.Contains("The disk is full", Message(new IOException("", DiskFullErrno)), StringComparison.Ordinal);
        Assert.Contains("The disk is full", Message(new IOException("", DiskFullWindows)), StringComparison.Ordinal);
        Assert.Contains("Check that it is a writable directory", Message(new IOException("other")), StringComparison.Ordinal);
        Assert.StartsWith("Cannot write 'name': other ", Message(new IOException("other")), StringComparison.Ordinal);

        static string Message(Exception cause) => HostFile.Error("name", cause).Message;
    }

    [Fact]
    public void What_a_full_disk_has_no_room_for_is_given_up_when_its_file_is_closed()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        var file = new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
        file.WriteByte(1);
        HostFile.Close(file);
        Assert.False(file.CanWrite);
    }

    [Fact]
    public async Task Writing_to_a_full_disk_is_an_error_that_names_it()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        Action<Stream>[] writes =
        [
            static stream => stream.Write([1]),
            static stream => stream.WriteAsync(new byte[1]).AsTask().GetAwaiter().GetResult(),
        ];
        foreach (var write in writes)
        {
            using var unbuffered = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            var error = Assert.Throws<ReproBuildException>(() => write(new ScratchStream(unbuffered, "/dev/full")));
            Assert.Contains("Cannot write '/dev/full'", error.Message, StringComparison.Ordinal);
        }

        // What is in a buffer fails when it is flushed.
        var buffered = new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
        var scratch = new ScratchStream(buffered, "/dev/full");
        scratch.Write([1]);
        Assert.Throws<ReproBuildException>(scratch.Flush);
        await Assert.ThrowsAsync<ReproBuildException>(() => scratch.FlushAsync(TestContext.Current.CancellationToken));
        HostFile.Close(buffered);
    }
}
