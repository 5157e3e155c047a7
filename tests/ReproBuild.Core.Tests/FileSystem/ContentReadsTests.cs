using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tests.FileSystem;

/// <summary>Whose progress the bytes count for that are read.</summary>
public sealed class ContentReadsTests
{
    private static readonly FileContent Content = FileContent.FromBytes(new byte[1000]).Counted();

    private readonly Sum _sum = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_count_for_the_one_whose_code_asks_in_tasks_and_threads_too()
    {
        ContentReads.Counter = _sum;
        Content.Read(0, new byte[10]);
        Content.Slice(990, 10).Read(0, new byte[100]);
        Content.Read(1000, new byte[10]);
        Assert.Equal(20, _sum.Value);
        await Task.Run(() => Content.Read(0, new byte[100]), Cancellation);
        var thread = new Thread(static () => Content.Read(0, new byte[1000]));
        thread.Start();
        thread.Join();
        Assert.Equal(1120, _sum.Value);
        Parallel.For(0, 10, static _ => Content.Read(0, new byte[1]));
        Assert.Equal(1130, _sum.Value);
    }

    [Fact]
    public async Task A_method_that_sets_the_counter_leaves_its_callers_alone()
    {
        await CountAsync();
        Content.Read(0, new byte[10]);
        Assert.Equal(1000, _sum.Value);
        Assert.Null(ContentReads.Counter);

        async Task CountAsync()
        {
            ContentReads.Counter = _sum;
            await Task.Yield();
            Content.Read(0, new byte[1000]);
        }
    }

    [Fact]
    public void Content_that_is_counted_already_is_not_counted_twice()
    {
        ContentReads.Counter = _sum;
        Assert.Same(Content, Content.Counted());
        Assert.Same(FileContent.Empty, FileContent.Empty.Counted());
        new FileContent(Blob.FromContent(Content), 0, 1000).Read(0, new byte[1000]);
        Assert.Equal(1000, _sum.Value);
    }

    [Fact]
    public void Content_that_was_made_of_other_content_counts_for_as_much_in_whatever_pieces()
    {
        ContentReads.Counter = _sum;
        foreach (var worth in (long[])[1, 999, 1000, 123_456_789, long.MaxValue])
        {
            var before = _sum.Value = 0;
            var blob = new CountedBlob(Blob.FromBytes(new byte[1000]), worth);
            for (var offset = 0; offset < 1000; offset += 7)
            {
                blob.Read(offset, new byte[7]);
            }

            Assert.Equal(worth, _sum.Value - before);
        }
    }

    [Fact]
    public async Task A_scratch_file_counts_for_what_was_read_to_make_it()
    {
        using var scratch = new ScratchSpace();
        ContentReads.Counter = _sum;
        var made = await scratch.CreateAsync(static async (stream, token) =>
        {
            await Content.CopyToAsync(Stream.Null, token);
            await stream.WriteAsync(new byte[10], token);
        }, Cancellation);
        Assert.Equal(1000, _sum.Value);
        made.Read(0, new byte[5]);
        Assert.Equal(1500, _sum.Value);
        made.Read(5, new byte[5]);
        Assert.Equal(2000, _sum.Value);
    }

    [Fact]
    public async Task Who_waits_for_shared_content_or_finds_it_made_has_read_as_much_as_its_maker()
    {
        using var scratch = new ScratchSpace();
        var started = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        var sums = new[] { new Sum(), new Sum(), new Sum() };
        var maker = UseAsync(sums[0]);
        await started.Task;
        var waiter = UseAsync(sums[1]);
        Assert.Equal([600, 600, 0], sums.Select(static sum => sum.Value));
        goOn.SetResult();
        await Task.WhenAll(maker, waiter);
        await UseAsync(sums[2]);
        await UseAsync(sums[2]);
        Assert.Equal([1000, 1000, 1000], sums.Select(static sum => sum.Value));

        async Task UseAsync(Sum sum)
        {
            ContentReads.Counter = sum;
            await scratch.GetOrCreateAsync("key", async (_, token) =>
            {
                Content.Read(0, new byte[600]);
                started.SetResult();
                await goOn.Task;
                Content.Read(600, new byte[400]);
            }, Cancellation);
        }
    }

    [Fact]
    public async Task A_counter_that_fails_leaves_nobody_waiting()
    {
        using var scratch = new ScratchSpace();
        await Assert.ThrowsAsync<InvalidOperationException>(CountAsync);
        Assert.Equal(0, (await scratch.GetOrCreateAsync("key", static (_, _) => Task.CompletedTask, Cancellation)).Length);

        async Task CountAsync()
        {
            ContentReads.Counter = new BrokenCounter();
            await scratch.GetOrCreateAsync("key", static (_, _) => Task.CompletedTask, Cancellation);
        }
    }

    [Fact]
    public void The_digest_of_a_tree_counts_nothing()
    {
        var builder = new FileTreeBuilder();
        builder.Add("a", Inode.File(Content));
        ContentReads.Counter = _sum;
        builder.Build().ComputeDigest(Cancellation);
        Assert.Same(_sum, ContentReads.Counter);
        Assert.Equal(0, _sum.Value);
    }

    [Fact]
    public void What_need_not_be_read_can_be_counted_as_read()
    {
        ContentReads.Add(5);
        ContentReads.Counter = _sum;
        ContentReads.Add(7);
        Assert.Equal(7, _sum.Value);
    }

    private sealed class BrokenCounter : IProgress<long>
    {
        public void Report(long value) => throw new InvalidOperationException("This counter is broken.");
    }

    private sealed class Sum : IProgress<long>
    {
        private long _value;

        public long Value
        {
            get => Interlocked.Read(ref _value);
            set => Interlocked.Exchange(ref _value, value);
        }

        public void Report(long value) => Interlocked.Add(ref _value, value);
    }
}
