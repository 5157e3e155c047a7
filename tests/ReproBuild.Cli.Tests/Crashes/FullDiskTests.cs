using System.Runtime.InteropServices;
using ReproBuild.Testing.Crashes;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Cli.Tests.Crashes;

/// <summary>
/// A disk that is full, at every call that needs space and at every size, one that becomes read-only, and files that vanish: an error or the
/// right bytes, and the next build has the right bytes and leaves nothing. <c>REPROBUILD_FULL_DISKS</c> makes it a long run.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class FullDiskTests
{
    private const string LibraryVariable = "REPROBUILD_TEST_LIBRARY";
    private const int Usual = 24;
    private const int PageSize = 4096;
    private const int Plenty = 64 << 20;

    private static readonly ExternalTool Dotnet = new("dotnet", "dotnet-sdk-10.0");

    private delegate long Arm(int mode, long at);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static int Count => LongRun.Count("REPROBUILD_FULL_DISKS", Usual);

    [Fact]
    public async Task Calls_that_are_refused()
    {
        Assert.SkipUnless(SystemCalls.SkipReason is null, SystemCalls.SkipReason ?? "");
        using var directory = new TemporaryDirectory("full-disk");
        var environment = SystemCalls.Environment(await SystemCalls.CompileAsync(directory.FullName, Cancellation), [directory.FullName]);
        environment["TMPDIR"] = directory.FullName;
        environment[LibraryVariable] = environment["LD_PRELOAD"];
        var options = new ToolOptions { Environment = environment, Timeout = TimeSpan.FromHours(1) };
        var result = await Dotnet.TryRunAsync(
            [typeof(FullDiskTests).Assembly.Location, "--filter-method", $"*.{nameof(Work_of_a_process)}"], options, Cancellation);
        Assert.True(result.ExitCode == 0, result.Output);
    }

    /// <summary>What <see cref="Calls_that_are_refused"/> starts in a process whose calls it can refuse.</summary>
    [Fact]
    public async Task Work_of_a_process()
    {
        if (Environment.GetEnvironmentVariable(LibraryVariable) is not { } library)
        {
            return;
        }

        var arm = Marshal.GetDelegateForFunctionPointer<Arm>(NativeLibrary.GetExport(NativeLibrary.Load(library), "reprobuild_arm"));
        await using var scene = await CrashScene.CreateAsync(Cancellation);
        foreach (var fault in new[] { CallFault.Fail, CallFault.Full, CallFault.ReadOnly })
        {
            await RefuseAsync(scene, arm, fault);
        }
    }

    [Fact]
    public async Task Disks_of_every_size()
    {
        Assert.SkipUnless(TestHost.IsRoot, TestHost.RootSkipReason);
        await using var scene = await CrashScene.CreateAsync(Cancellation);
        var (tried, refused) = (0, 0);
        var pages = await MeasureAsync(scene);
        var isOver = LongRun.Part(4);
        foreach (var size in LongRun.Sample(pages, Count).TakeWhile(_ => !isOver()))
        {
            await using var disk = await TemporaryFileSystem.MountAsync((long)size * PageSize);
            var trial = disk.Directory;
            Directory.CreateDirectory(Path.Combine(trial, "scratch"));
            tried++;
            refused += await IsRefusedAsync(scene, trial, $"{size} pages") ? 1 : 0;
            await disk.ResizeAsync(Plenty);
            await AssertNextAsync(scene, trial, $"{size} pages");
        }

        Assert.InRange(refused, 1, tried);
        LongRun.Report(
            $"disks of {tried} sizes up to {pages} pages of 4 KiB, {refused} of them too small for cache, scratch and artifacts"
            + " | an error that names the file; with room the same bytes, 0 leftovers, 0 damaged files in the cache");
    }

    [Fact]
    public async Task Files_that_vanish()
    {
        await using var scene = await CrashScene.CreateAsync(Cancellation);
        var random = new Random(LongRun.Count("REPROBUILD_SOAK_SEED", 1));
        var (tried, refused, deleted) = (0, 0, 0);
        var isOver = LongRun.Part(4);
        for (; tried < Count && !isOver(); tried++)
        {
            var trial = scene.NewTrial();
            using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var vandal = Task.Run(() => Vandalise(trial, new Random(random.Next()), end.Token), Cancellation);
            refused += await IsRefusedAsync(scene, trial, $"vanishing files {tried}") ? 1 : 0;
            await end.CancelAsync();
            deleted += await vandal;
            await AssertNextAsync(scene, trial, $"vanishing files {tried}");
            Directory.Delete(trial, recursive: true);
        }

        LongRun.Report(
            $"{tried} cold builds whose unfinished and finished files vanish at random ({deleted} files), {refused} of them refused"
            + " | an error or the right bytes; the same bytes afterwards, 0 leftovers");
    }

    private static async Task RefuseAsync(CrashScene scene, Arm arm, CallFault fault)
    {
        var counted = scene.NewTrial();
        CrashScene.PutOld(counted);
        arm((int)fault, int.MaxValue);
        await scene.BuildAsync(counted, Cancellation);
        var (tried, refused, calls, isOver) = (0, 0, arm((int)CallFault.None, 0), LongRun.Part(6));
        foreach (var at in LongRun.Sample((int)calls, Count).TakeWhile(_ => !isOver()))
        {
            var (trial, what) = (scene.NewTrial(), $"{fault} at {at}");
            CrashScene.PutOld(trial);
            arm((int)fault, at);
            try
            {
                refused += await IsRefusedAsync(scene, trial, what) ? 1 : 0;
            }
            finally
            {
                arm((int)CallFault.None, 0);
            }

            tried++;
            await AssertNextAsync(scene, trial, what);
            Directory.Delete(trial, recursive: true);
        }

        var name = fault switch
        {
            CallFault.Fail => "one has no space", CallFault.Full => "from one on there is no space", _ => "from one on the file system is read-only",
        };
        LongRun.Report(
            $"{tried} of the {calls} calls that change cache, scratch and output, each in turn: {name}; {refused} builds refused"
            + " | an error; afterwards the same bytes, 0 leftovers, 0 damaged files in the cache");
    }

    /// <summary>How many pages a build takes at most.</summary>
    private static async Task<int> MeasureAsync(CrashScene scene)
    {
        var trial = scene.NewTrial();
        await scene.BuildAsync(trial, Cancellation);
        return (int)(CutDisk.Look(trial).Values.Sum(static bytes => (bytes?.Length ?? 0) + PageSize) / PageSize * 3 / 2);
    }

    private static async Task<bool> IsRefusedAsync(CrashScene scene, string trial, string what)
    {
        try
        {
            await scene.BuildAsync(trial, Cancellation);
            Assert.True(scene.CountMade(trial) == CrashScene.Names.Count, $"{what}: a build succeeded with other bytes.");
            return false;
        }
        catch (ReproBuildException e)
        {
            Assert.DoesNotContain("fault of ReproBuild", e.Message, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{what}: an error that is not one of ours", e);
        }

        Assert.True(scene.FindTorn(trial).Count == 0, $"{what}: {string.Join(", ", scene.FindTorn(trial))}");
        return true;
    }

    private static async Task AssertNextAsync(CrashScene scene, string trial, string what)
    {
        await scene.BuildAsync(trial, Cancellation);
        var problems = scene.FindProblems(trial);
        Assert.True(problems.Count == 0, $"{what}: {string.Join(", ", problems)}");
    }

    /// <summary>
    /// Deletes files of the cache and unfinished artifacts until it is stopped; returns how many. The names for other tools cannot be made again.
    /// </summary>
    private static int Vandalise(string trial, Random random, CancellationToken stop)
    {
        var deleted = 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var files = Directory.EnumerateFiles(trial, "*", SearchOption.AllDirectories)
                    .Where(static path => !CrashScene.Names.Concat(["index.json", "oci-layout"]).Contains(Path.GetFileName(path))).ToList();
                if (files.Count > 0 && random.Next(3) == 0)
                {
                    File.Delete(files[random.Next(files.Count)]);
                    deleted++;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The build was faster.
            }

            Thread.Sleep(random.Next(5));
        }

        return deleted;
    }
}
