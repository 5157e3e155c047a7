using ReproBuild.Testing.Crashes;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Cli.Tests.Crashes;

/// <summary>
/// Cold builds whose power fails: what they wrote is recorded, and a disk is made of it that has lost a part of what was not flushed. The next
/// build must not notice. <c>REPROBUILD_POWER_CUTS</c> and <c>REPROBUILD_SOAK_SEED</c> make it a long run.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class PowerCutTests
{
    private const int UsualCuts = 30;
    private const int CutsOfARecord = 50;

    private static readonly ExternalTool Dotnet = new("dotnet", "dotnet-sdk-10.0");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_power_cut_every_artifact_is_whole_and_the_next_build_gives_the_same_bytes_and_leaves_nothing()
    {
        Assert.SkipUnless(SystemCalls.SkipReason is null, SystemCalls.SkipReason ?? "");
        await using var scene = await CrashScene.CreateAsync(Cancellation);
        var library = await SystemCalls.CompileAsync(scene.Directory, Cancellation);
        var random = new Random(LongRun.Count("REPROBUILD_SOAK_SEED", 1));
        var (cuts, done, damaged, mixed) = (LongRun.Count("REPROBUILD_POWER_CUTS", UsualCuts), 0, 0, 0);
        var isOver = LongRun.Part();
        while (done < cuts && !isOver())
        {
            var record = await RecordAsync(scene, library);
            for (var i = 0; i < CutsOfARecord && done < cuts && !isOver(); i++, done++)
            {
                var trial = scene.NewTrial();
                CutDisk.Make(trial, record.At(record.Next(random)).Cut(random));
                damaged += CrashScene.FindDamage(Path.Combine(trial, "cache")).Any() ? 1 : 0;
                mixed += scene.CountMade(trial) is not 0 and not 4 ? 1 : 0;
                Assert.Empty(scene.FindTorn(trial));
                Assert.Equal("", await scene.FindMixedSetAsync(trial, Cancellation));
                await scene.BuildAsync(trial, Cancellation);
                Assert.All(scene.FindProblems(trial), static problem => Assert.EndsWith(CrashScene.Damaged, problem, StringComparison.Ordinal));

                // What no build has needed may be damaged still: it is found when it is needed.
                Directory.Delete(Path.Combine(trial, "cache", "reprobuild", "layers"), recursive: true);
                await scene.BuildAsync(trial, Cancellation);
                Assert.Empty(scene.FindProblems(trial));
                Directory.Delete(trial, recursive: true);
            }
        }

        Assert.True(damaged > 0, "No power cut left a damaged file in the cache: that is no test.");
        LongRun.Report(
            $"{done} power cuts of cold builds, {damaged} of which left damaged files in the cache and {mixed} a set that was partly published"
            + " | 0 artifacts torn, 0 mixed sets once the next build has begun, 0 other bytes when it has ended, 0 leftovers, 0 damaged files in the cache once it was used whole");
    }

    /// <summary>Records a cold build over the artifacts of an earlier one. What the record gives must be what is there.</summary>
    private static async Task<BuildRecord> RecordAsync(CrashScene scene, string library)
    {
        var trial = scene.NewTrial();
        CrashScene.PutOld(trial);
        var before = CutDisk.Look(trial);
        var file = Path.Combine(scene.Directory, "record");
        var options = new ToolOptions { Environment = SystemCalls.Environment(library, [trial], file) };
        (await Dotnet.TryRunAsync(scene.Arguments(trial), options, Cancellation)).EnsureSuccess();
        var record = new BuildRecord(trial, before, DiskRecord.Read(file));
        var (recorded, real) = (record.At(record.Calls.Count).Whole(), CutDisk.Look(trial));
        Assert.Equal(real.Keys.Order(StringComparer.Ordinal), recorded.Keys.Order(StringComparer.Ordinal));
        Assert.All(real, pair => Assert.Equal(pair.Value, recorded[pair.Key]));
        return record;
    }

    private sealed record BuildRecord(string Root, Dictionary<string, byte[]?> Before, List<RecordedCall> Calls)
    {
        // Every other time while the artifacts get their names.
        private readonly int _publication = Calls.FindIndex(static call => Path.GetFileName(call.Path) == "journal");

        public CutDisk At(int cut) => new(Root, Before, Calls, cut);

        public int Next(Random random) => random.Next(2) == 0
            ? random.Next(1, Calls.Count + 1)
            : Math.Min(random.Next(_publication - 5, _publication + 25), Calls.Count);
    }
}
