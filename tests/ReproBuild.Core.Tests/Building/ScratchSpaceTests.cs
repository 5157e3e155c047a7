using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Core.Tests.Building;

public sealed class ScratchSpaceTests
{
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

    private static Task WriteAsync(Stream stream, CancellationToken token) => stream.WriteAsync(new byte[1], token).AsTask();
}
