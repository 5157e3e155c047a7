using System.Diagnostics;
using ReproBuild.Testing.Crashes;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Cli.Tests.Crashes;

/// <summary>
/// Builds that are killed, at one of the calls that change their directories or at any time, once or several times one after the other: with a
/// cold cache, and with a warm one, where most calls are those of the publication. <c>REPROBUILD_KILLS</c> and <c>REPROBUILD_SOAK_SEED</c>
/// make it a long run.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class KillTests
{
    private const int UsualKills = 8;
    private const int Killed = 128 + 9;

    private static readonly ExternalTool Dotnet = new("dotnet", "dotnet-sdk-10.0");

    private readonly Random _random = new(LongRun.Count("REPROBUILD_SOAK_SEED", 1));
    private string _library = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_kill_every_artifact_is_whole_and_the_next_build_gives_the_same_bytes_and_leaves_nothing(bool isCold)
    {
        Assert.SkipUnless(SystemCalls.SkipReason is null, SystemCalls.SkipReason ?? "");
        await using var scene = await CrashScene.CreateAsync(Cancellation);
        _library = await SystemCalls.CompileAsync(scene.Directory, Cancellation);
        var (calls, time) = await MeasureAsync(scene, await PrepareAsync(scene, isCold));
        var (wanted, kills, left, mixed) = (LongRun.Count("REPROBUILD_KILLS", UsualKills), 0, 0, 0);
        var isOver = LongRun.Part(2);
        while (kills < wanted && !isOver())
        {
            var trial = await PrepareAsync(scene, isCold);
            for (var i = _random.Next(1, 4); i > 0; i--)
            {
                kills += await IsKilledAsync(scene, trial, calls, time) ? 1 : 0;
                Assert.Empty(scene.FindTorn(trial));
                left += CrashScene.FindLeftovers(trial, CrashScene.Names).Any() ? 1 : 0;
                mixed += scene.CountMade(trial) is 0 or 4 ? 0 : 1;
            }

            Assert.Equal("", await scene.FindMixedSetAsync(trial, Cancellation));
            await scene.BuildAsync(trial, Cancellation);
            Assert.Empty(scene.FindProblems(trial));
            Directory.Delete(trial, recursive: true);
        }

        Assert.True(left > 0, "No killed build left anything: that is no test.");
        LongRun.Report(
            $"{kills} SIGKILLs of builds with a {(isCold ? "cold" : "warm")} cache, {left} of which left unfinished files and {mixed} a set that was "
            + "partly published | 0 artifacts missing or torn, 0 mixed sets once the next build has begun, 0 other bytes when it has ended, "
            + "0 leftovers, 0 damaged files in the cache");
    }

    /// <summary>Directories with the artifacts of an earlier build, and, for a warm cache, its images.</summary>
    private static async Task<string> PrepareAsync(CrashScene scene, bool isCold)
    {
        var trial = scene.NewTrial();
        if (!isCold)
        {
            await scene.BuildAsync(trial, Cancellation);
        }

        CrashScene.PutOld(trial);
        return trial;
    }

    /// <summary>How many calls and how much time a build takes.</summary>
    private async Task<(int Calls, TimeSpan Time)> MeasureAsync(CrashScene scene, string trial)
    {
        var (file, watch) = (Path.Combine(scene.Directory, "record"), Stopwatch.StartNew());
        var options = new ToolOptions { Environment = SystemCalls.Environment(_library, [trial], file) };
        (await Dotnet.TryRunAsync(scene.Arguments(trial), options, Cancellation)).EnsureSuccess();
        return (DiskRecord.Read(file).Count, watch.Elapsed);
    }

    private async Task<bool> IsKilledAsync(CrashScene scene, string trial, int calls, TimeSpan time)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var options = new ToolOptions();
        if (_random.Next(3) == 0)
        {
            end.CancelAfter(time * (0.2 + _random.NextDouble()));
        }
        else
        {
            var at = _random.Next(1, calls + 1);
            options = new ToolOptions { Environment = SystemCalls.Environment(_library, [trial], null, CallFault.Kill, at) };
        }

        try
        {
            return (await Dotnet.TryRunAsync(scene.Arguments(trial), options, end.Token)).ExitCode == Killed;
        }
        catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
        {
            return true;
        }
    }
}
