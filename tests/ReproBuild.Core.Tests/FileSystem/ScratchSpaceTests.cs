using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Core.Tests.FileSystem;

public sealed class ScratchSpaceTests
{
    [Fact]
    public async Task Content_that_needs_no_file_is_shared_too()
    {
        using var scratch = new ScratchSpace();
        var content = FileContent.FromBytes("text"u8.ToArray());
        Assert.Same(content, await scratch.GetOrAddAsync("key", _ => Task.FromResult(content), TestContext.Current.CancellationToken));
        Assert.Same(content, await scratch.GetOrAddAsync(
            "key", static _ => throw new InvalidOperationException("It is there."), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Spaces_of_builds_at_once_share_a_directory_while_files_come_and_go()
    {
        using var directory = new TemporaryDirectory("scratch");
        await Parallel.ForAsync(0, 5000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, cancellation) =>
        {
            using var scratch = new ScratchSpace(directory.FullName);
            var bytes = BitConverter.GetBytes(i);
            var content = await scratch.CreateAsync(async (stream, ct) => await stream.WriteAsync(bytes, ct), cancellation);
            var read = new byte[bytes.Length];
            content.Read(0, read);
            Assert.Equal(bytes, read);
        });
        Assert.Empty(Directory.GetFiles(directory.FullName));
    }

    [Fact]
    public async Task A_process_that_is_killed_leaves_nothing_behind()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows deletes the file when its last handle is closed, and not before.");
        using var directory = new TemporaryDirectory("scratch");
        using var scratch = new ScratchSpace(directory.FullName);
        var content = await scratch.CreateAsync(WriteAsync, TestContext.Current.CancellationToken);
        Assert.Empty(Directory.GetFiles(directory.FullName));
        Assert.Equal(1, content.Length);
    }

    [Fact]
    public async Task A_directory_that_is_not_there_is_an_error_that_names_it()
    {
        using var directory = new TemporaryDirectory("scratch");
        using var scratch = new ScratchSpace(directory["missing"]);
        var error = await Assert.ThrowsAsync<ReproBuildException>(() => scratch.CreateAsync(WriteAsync, TestContext.Current.CancellationToken));
        Assert.Contains($"Cannot write '{directory["missing"]}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_way_of_writing_adds_to_the_content_which_is_gone_with_the_space()
    {
        var scratch = new ScratchSpace();
        var content = await scratch.CreateAsync(
            static async (stream, token) =>
            {
                Assert.Equal((false, false, true), (stream.CanRead, stream.CanSeek, stream.CanWrite));
                stream.Write("-a-"u8.ToArray(), 1, 1);
                stream.Write("b"u8);
                stream.Flush();
#pragma warning disable CA1835 // The older overload is what is tried.
                await stream.WriteAsync("-c-"u8.ToArray(), 1, 1, token);
#pragma warning restore CA1835
                await stream.WriteAsync("d"u8.ToArray(), token);
                Assert.Throws<NotSupportedException>(() => stream.Length);
                Assert.Throws<NotSupportedException>(() => stream.Position);
                Assert.Throws<NotSupportedException>(() => stream.Position = 0);
                Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
                Assert.Throws<NotSupportedException>(() => stream.SetLength(0));
                Assert.Throws<NotSupportedException>(() => stream.ReadByte());
            },
            TestContext.Current.CancellationToken);
        Assert.Equal("abcd", FileContentTests.ReadAll(content));
        scratch.Dispose();
        Assert.Throws<ObjectDisposedException>(() => FileContentTests.ReadAll(content));
    }

    [Fact]
    public async Task What_cannot_be_read_is_not_blamed_on_the_directory()
    {
        using var scratch = new ScratchSpace();
        var error = await Assert.ThrowsAsync<EndOfStreamException>(
            () => scratch.CreateAsync(static (_, _) => throw new EndOfStreamException("The layer ended early."), TestContext.Current.CancellationToken));
        Assert.Equal("The layer ended early.", error.Message);
    }

    [Fact]
    public async Task What_a_cancelled_caller_began_another_writes_again()
    {
        using var scratch = new ScratchSpace();
        using var source = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var first = scratch.GetOrCreateAsync("key", async (_, token) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, token);
        }, source.Token);
        await begun.Task;
        var waiting = scratch.GetOrCreateAsync("key", WriteAsync, TestContext.Current.CancellationToken);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(1, (await waiting).Length);
        Assert.Same(await waiting, await scratch.GetOrCreateAsync("key", WriteAsync, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_failed_the_next_caller_writes_again()
    {
        using var scratch = new ScratchSpace();
        await Assert.ThrowsAsync<InvalidDataException>(
            () => scratch.GetOrCreateAsync("key", static (_, _) => throw new InvalidDataException(), TestContext.Current.CancellationToken));
        Assert.Equal(1, (await scratch.GetOrCreateAsync("key", WriteAsync, TestContext.Current.CancellationToken)).Length);
    }

    [Fact]
    public async Task A_waiting_caller_ends_with_its_own_token()
    {
        using var scratch = new ScratchSpace();
        using var source = new CancellationTokenSource();
        var go = new TaskCompletionSource();
        var first = scratch.GetOrCreateAsync("key", async (stream, token) =>
        {
            await go.Task;
            await WriteAsync(stream, token);
        }, TestContext.Current.CancellationToken);
        var waiting = scratch.GetOrCreateAsync("key", WriteAsync, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        go.SetResult();
        Assert.Equal(1, (await first).Length);
    }

    /// <summary>Where the file system makes no files without a name.</summary>
    [Fact]
    public void A_file_that_needs_a_name_has_it_for_a_moment_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows deletes the file when its last handle is closed, and not before.");
        using var directory = new TemporaryDirectory("scratch");
        File.WriteAllText(directory["reprobuild-0.scratch"], "another build's");
        using var file = ScratchSpace.OpenNamed(directory.FullName);
        Assert.Equal(directory["reprobuild-1.scratch"], file.Name);
        Assert.Equal([directory["reprobuild-0.scratch"]], Directory.GetFiles(directory.FullName));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file.SafeFileHandle) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        file.Write("abc"u8);
        file.Position = 1;
        Assert.Equal('b', file.ReadByte());
    }

    private static Task WriteAsync(Stream stream, CancellationToken token) => stream.WriteAsync(new byte[1], token).AsTask();
}
