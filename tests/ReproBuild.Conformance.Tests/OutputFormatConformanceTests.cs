using static ReproBuild.Conformance.ConformanceRule;

namespace ReproBuild.Conformance.Tests;

public sealed class OutputFormatConformanceTests
{
    private static readonly OutputFormatConformanceOptions Small = new() { LargeContentSize = 0 };

    private static int _runs;

    [Fact]
    public async Task The_error_has_every_finding()
    {
        var error = await Assert.ThrowsAsync<OutputFormatException>(
            () => OutputFormatConformance.CheckAsync(new ScriptedFormat { Name = "", ArtifactSuffixes = ["a/b", "a/b"] }, Small));
        Assert.Contains("Declaration: Name is empty.", error.Message, StringComparison.Ordinal);
        Assert.Contains("Declaration: The suffix 'a/b' cannot be part of a file name.", error.Message, StringComparison.Ordinal);
        Assert.Contains("Artifacts (empty root): The artifact '.out' was created, but ArtifactSuffixes does not list it.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_caller_can_cancel()
    {
        using var source = new CancellationTokenSource();
        var format = new ScriptedFormat { Write = (_, token) => Task.Run(source.Cancel, CancellationToken.None).ContinueWith(_ => token.ThrowIfCancellationRequested(), TaskScheduler.Default) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => OutputFormatConformance.CheckAsync(format, Small, source.Token));
    }

    [Fact]
    public Task A_shared_artifact_that_is_not_declared_is_found() => ExpectAsync(Declaration, new ScriptedFormat { SharedArtifactSuffixes = ["-nowhere"] });

    [Fact]
    public Task A_format_that_never_reads_the_root_is_found() => ExpectAsync(Declaration, new ScriptedFormat { RootReads = 0 });

    [Fact]
    public Task A_format_without_artifacts_is_found() => ExpectAsync(Declaration, new ScriptedFormat { ArtifactSuffixes = [] });

    [Fact]
    public Task An_artifact_that_is_not_written_is_found() => ExpectAsync(Artifacts, new ScriptedFormat { ArtifactSuffixes = [".out", ".missing"] });

    [Fact]
    public Task An_artifact_created_twice_is_found() => ExpectAsync(Artifacts, async (context, token) =>
    {
        await ScriptedFormat.WriteContentsAsync(context, token);
        await ScriptedFormat.WriteContentsAsync(context, token);
    });

    [Fact]
    public Task A_stream_that_is_not_disposed_is_found() => ExpectAsync(Artifacts, async (context, token) =>
        await ScriptedFormat.CopyContentsAsync(context.Root, await context.CreateArtifactAsync(".out", token), token));

    [Theory]
    [InlineData("length")]
    [InlineData("seek")]
    [InlineData("late")]
    public Task Everything_but_writing_forward_is_found(string use) => ExpectAsync(ForwardOnly, async (context, token) =>
    {
        await using var artifact = await context.CreateArtifactAsync(".out", token);
        await ScriptedFormat.CopyContentsAsync(context.Root, artifact, token);
        try
        {
            switch (use)
            {
                case "length": _ = artifact.Length; break;
                case "seek": artifact.Position = 0; break;
                default: await artifact.DisposeAsync(); await artifact.WriteAsync("late"u8.ToArray(), token); break;
            }
        }
        catch (Exception e) when (e is NotSupportedException or ObjectDisposedException)
        {
        }
    });

    [Fact]
    public Task A_refusal_after_bytes_were_written_is_found() => ExpectAsync(Refusal, async (context, token) =>
    {
        await ScriptedFormat.WriteContentsAsync(context, token);
        _ = context.Kernel ?? throw new OutputFormatException("there is no kernel");
    });

    [Fact]
    public Task An_error_of_another_kind_is_found() => ExpectAsync(Refusal, async (context, token) =>
    {
        _ = context.Kernel ?? throw new InvalidOperationException("there is no kernel");
        await ScriptedFormat.WriteContentsAsync(context, token);
    });

    [Fact]
    public Task A_format_that_refuses_everything_is_found() =>
        ExpectAsync(Refusal, static (_, _) => throw new OutputFormatException("the kernel has no header"));

    [Fact]
    public Task A_refusal_of_ordinary_files_is_found() => ExpectAsync(Refusal, static (context, token) => context.Root.Find("data/large0") is null
        ? ScriptedFormat.WriteContentsAsync(context, token)
        : throw new OutputFormatException("the file data/large0 is too large"));

    [Fact]
    public async Task A_clear_refusal_is_no_finding()
    {
        var format = new ScriptedFormat
        {
            Write = static (context, token) => context.Kernel is null
                ? throw new OutputFormatException("there is no kernel")
                : ScriptedFormat.WriteContentsAsync(context, token),
        };
        Assert.Empty(await OutputFormatConformance.FindAsync(format, Small));
    }

    [Theory]
    [InlineData("count")]
    [InlineData("threads")]
    public Task Bytes_that_vary_are_found(string with) => ExpectAsync(Determinism, async (context, token) =>
    {
        await using var artifact = await context.CreateArtifactAsync(".out", token);
        await ScriptedFormat.CopyContentsAsync(context.Root, artifact, token);
        await artifact.WriteAsync(with switch
        {
            "count" => BitConverter.GetBytes(Interlocked.Increment(ref _runs)),
            _ => BitConverter.GetBytes(context.MaxParallelism),
        }, token);
    });

    [Fact]
    public Task Going_on_after_the_cancellation_is_found() =>
        ExpectAsync(Cancellation, static (context, _) => ScriptedFormat.WriteContentsAsync(context, CancellationToken.None));

    [Fact]
    public async Task Reading_on_after_the_cancellation_is_found()
    {
        var format = new ScriptedFormat
        {
            Write = static async (context, token) =>
            {
                token.ThrowIfCancellationRequested();
                await ScriptedFormat.CopyContentsAsync(context.Root, Stream.Null, CancellationToken.None);
                token.ThrowIfCancellationRequested();
                await ScriptedFormat.WriteContentsAsync(context, token);
            },
        };
        var findings = await OutputFormatConformance.FindAsync(format, Small, TestContext.Current.CancellationToken);
        Assert.Equal([Cancellation], findings.Select(static f => f.Rule).Distinct());
        Assert.Contains(findings, static f => f.Message.Contains("it read another", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_digest_that_ignores_the_token_is_found()
    {
        var format = new ScriptedFormat
        {
            Write = static async (context, token) =>
            {
                context.Root.ComputeDigest(CancellationToken.None);
                await ScriptedFormat.WriteContentsAsync(context, token);
            },
        };
        var findings = await OutputFormatConformance.FindAsync(format, Small, TestContext.Current.CancellationToken);
        Assert.Equal([Cancellation], findings.Select(static f => f.Rule).Distinct());
        Assert.Contains(findings, static f => f.Message.Contains("it read another", StringComparison.Ordinal));
    }

    [Fact]
    public Task A_digest_that_is_given_the_token_passes() => OutputFormatConformance.CheckAsync(
        new ScriptedFormat
        {
            Write = static async (context, token) =>
            {
                context.Root.ComputeDigest(token);
                await ScriptedFormat.WriteContentsAsync(context, token);
            },
        },
        Small,
        TestContext.Current.CancellationToken);

    [Fact]
    public Task Another_error_after_the_cancellation_is_found() => ExpectAsync(Cancellation, static async (context, token) =>
    {
        try
        {
            await ScriptedFormat.WriteContentsAsync(context, token);
        }
        catch (OperationCanceledException e)
        {
            throw new OutputFormatException("it stopped", e);
        }
    });

    [Fact]
    public Task A_swallowed_failure_is_found() => ExpectAsync(Failure, static async (context, token) =>
    {
        try
        {
            await ScriptedFormat.WriteContentsAsync(context, token);
        }
        catch (IOException)
        {
        }
    });

    [Fact]
    public Task A_failure_without_its_cause_is_found() => ExpectAsync(Failure, static async (context, token) =>
    {
        try
        {
            await ScriptedFormat.WriteContentsAsync(context, token);
        }
        catch (IOException)
        {
            throw new OutputFormatException("something failed");
        }
    });

    [Fact]
    public async Task A_file_left_behind_is_found()
    {
        var path = Path.Combine(Path.GetTempPath(), "");
        try
        {
            await ExpectAsync(StrayFiles, async (context, token) =>
            {
                path = Path.Combine(Path.GetTempPath(), $"{context.BaseName}.stray");
                await File.WriteAllTextAsync(path, "", token);
                await ScriptedFormat.WriteContentsAsync(context, token);
            });
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Task ExpectAsync(ConformanceRule rule, ScriptedFormat.Writing write) => ExpectAsync(rule, new ScriptedFormat { Write = write });

    /// <summary>The rule fires, and no other.</summary>
    private static async Task ExpectAsync(ConformanceRule rule, ScriptedFormat format)
    {
        var findings = await OutputFormatConformance.FindAsync(format, Small, TestContext.Current.CancellationToken);
        Assert.Equal([rule], findings.Select(static f => f.Rule).Distinct());
        Assert.All(findings, static f => Assert.NotEmpty(f.Message));
    }
}
