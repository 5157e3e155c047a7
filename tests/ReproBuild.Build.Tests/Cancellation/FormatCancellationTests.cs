using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using ReproBuild.Build.Tests.Harness;
using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Cancelling;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Kernels;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Cancellation;

/// <summary>Each format that is cancelled at an await of its own ends though its artifacts take no more, and has closed what it opened.</summary>
[Collection(AloneInProcess.Name)]
public sealed class FormatCancellationTests
{
    private const int Points = 4;

    private static readonly FileTree Root = SampleTree.Create();

    public static TheoryData<string> Names => [.. StandardOutputFormats.All.Select(static f => f.Name).Where(static name => name != "rpi3")];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Cancelled_at_an_await_it_ends_and_closes_what_it_opened(string name)
    {
        var format = StandardOutputFormats.All.Single(f => f.Name == name);
        using var directory = new TemporaryDirectory("cancel-format");
        Directory.CreateDirectory(directory["scratch"]);
        ConcurrentDictionary<string, SilentStream> streams = [];
        Dictionary<string, Digest>? right = null;
        var (tried, cancelled) = await EveryAwait.CancelAsync(
            async (point, cancellationToken) =>
            {
                streams = new(StringComparer.Ordinal);
                using var scratch = new ScratchSpace(directory["scratch"]);
                await format.WriteAsync(Context(point, streams, scratch), cancellationToken);
            },
            Points,
            point =>
            {
                Assert.Null(point.Problem);
                Assert.All(streams, static s => Assert.True(s.Value.IsDisposed, $"{s.Key} is still open."));
                Assert.Empty(Directory.GetFileSystemEntries(directory["scratch"]));
                var written = streams.ToDictionary(static s => s.Key, static s => Digest.OfSha256(s.Value.Content), StringComparer.Ordinal);
                right ??= written;
                Assert.True(point.IsCancelled || (right.Count == written.Count && right.All(r => written[r.Key] == r.Value)), "It wrote other bytes.");
                return Task.CompletedTask;
            });
        Assert.True(cancelled > 0, $"{tried} points were tried, and none was in the middle.");
        LongRun.Report($"the format {name} cancelled at {tried} of its awaits | {cancelled} ended, {tried - cancelled} had finished, though nobody answered; all closed");
    }

    private static OutputContext Context(CancellationPoint point, ConcurrentDictionary<string, SilentStream> streams, ScratchSpace scratch) => new(
        async (suffix, cancellationToken) =>
        {
            await point.AnswerAsync(cancellationToken);
            return streams[suffix] = new SilentStream(point);
        })
    {
        BaseName = "test",
        Root = Root,
        Kernel = new KernelFiles(SyntheticKernel.BzImage(), "console=ttyS0", Microcode: null),
        Platform = Platform.Linux("amd64"),
        SourceDateEpoch = BuildOptions.LinuxKitEpoch,
        MaxParallelism = 2,
        Limits = InputLimits.Default,
        Logger = NullLogger.Instance,
        Scratch = scratch,
    };
}
