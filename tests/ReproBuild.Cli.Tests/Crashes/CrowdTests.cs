using System.Diagnostics;
using ReproBuild.Testing.Crashes;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Cli.Tests.Crashes;

/// <summary>
/// Many builds at once on one cold cache, some of which are cancelled or killed: the others give the same bytes, and each blob is fetched once, or
/// once more for each that was stopped while it fetched it. <c>REPROBUILD_CROWDS</c> and <c>REPROBUILD_SOAK_SEED</c> make it a long run.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class CrowdTests
{
    private const int Processes = 16;
    private const int Threads = 64;
    private const int Victims = 6;

    private static readonly ExternalTool Dotnet = new("dotnet", "dotnet-sdk-10.0");

    private readonly Random _random = new(LongRun.Count("REPROBUILD_SOAK_SEED", 1));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Processes_on_one_cold_cache()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It sends signals.");
        await using var scene = await CrashScene.CreateAsync(Cancellation);
        await RunAsync(scene, $"{Processes} processes", round => RunProcessesAsync(scene, round.Cache, round.Victims));
    }

    [Fact]
    public async Task Threads_on_one_cold_cache()
    {
        await using var scene = await CrashScene.CreateAsync(Cancellation);
        await RunAsync(scene, $"{Threads} builds in one process", round => RunThreadsAsync(scene, round.Cache, round.Victims));
    }

    /// <summary>Rounds with victims and without, in turn.</summary>
    private static async Task RunAsync(CrashScene scene, string what, Func<(string Cache, int Victims), Task<int>> crowd)
    {
        var (rounds, done, stopped, most) = (LongRun.Count("REPROBUILD_CROWDS", 2), 0, 0, 0);
        var isOver = LongRun.Part(2);
        for (; done < rounds && !isOver(); done++)
        {
            var (trial, before) = (scene.NewTrial(), scene.Requests.Count);
            var victims = done % 2 == 0 ? Victims : 0;
            scene.Pause = TimeSpan.FromMilliseconds(done % 2 == 0 ? 700 : 50);
            stopped += await crowd((Path.Combine(trial, "cache"), victims));
            scene.Pause = TimeSpan.Zero;
            var fetches = scene.Requests.Skip(before).Where(static request => request.Path.Contains("/blobs/", StringComparison.Ordinal))
                .GroupBy(static request => request.Path).Select(static group => group.Count()).ToList();
            Assert.Equal(CrashScene.BlobCount, fetches.Count);
            Assert.All(fetches, count => Assert.InRange(count, 1, 1 + victims));
            most = Math.Max(most, fetches.Max());
            await scene.BuildAsync(trial, Cancellation);
            Assert.Empty(scene.FindProblems(trial));
        }

        LongRun.Report(
            $"{done} times {what} on one cold cache, {stopped} of them cancelled or killed"
            + $" | all others the same bytes; each blob fetched once, or at most once more for each that was stopped (at most {most} times); 0 leftovers");
    }

    private async Task<int> RunProcessesAsync(CrashScene scene, string cache, int victims)
    {
        var trials = Enumerable.Range(0, Processes).Select(_ => scene.NewTrial()).ToList();
        var processes = trials.ConvertAll(trial => Dotnet.Start(scene.Arguments(trial, cache), new ToolOptions()));
        var errors = processes.ConvertAll(static process => process.StandardError.ReadToEndAsync());
        foreach (var i in Enumerable.Range(0, victims))
        {
            await Task.Delay(_random.Next(800), Cancellation);
            Stop(processes[i], isKill: i % 2 == 0);
        }

        var stopped = 0;
        for (var i = 0; i < Processes; i++)
        {
            await processes[i].WaitForExitAsync(Cancellation);
            var code = processes[i].ExitCode;
            stopped += code == 0 ? 0 : 1;
            Assert.True(code == 0 || (i < victims && code is 130 or 137), $"{i} ended with {code}: {await errors[i]}");
            Assert.Equal(code == 0 ? CrashScene.Names.Count : 0, scene.CountMade(trials[i]));
            processes[i].Dispose();
        }

        return stopped;
    }

    private async Task<int> RunThreadsAsync(CrashScene scene, string cache, int victims)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var trials = Enumerable.Range(0, Threads).Select(_ => scene.NewTrial()).ToList();
        var builds = trials.Select((trial, i) =>
            Task.Run(() => scene.BuildAsync(trial, i < victims ? cancellation.Token : Cancellation, cache), Cancellation)).ToList();
        if (victims > 0)
        {
            cancellation.CancelAfter(_random.Next(1500));
        }

        await Task.WhenAll(builds.Skip(victims));
        var stopped = 0;
        for (var i = 0; i < Threads; i++)
        {
            await ((Task)builds[i]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopped += builds[i].IsCompletedSuccessfully ? 0 : 1;
            Assert.True(builds[i].IsCompletedSuccessfully || builds[i].IsCanceled, $"{builds[i].Exception}");
            Assert.Equal(builds[i].IsCompletedSuccessfully ? CrashScene.Names.Count : 0, scene.CountMade(trials[i]));
        }

        return stopped;
    }

    private static void Stop(Process process, bool isKill)
    {
        if (isKill)
        {
            process.Kill();
        }
        else
        {
            using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
            kill.WaitForExit();
        }
    }
}
