using System.Diagnostics;
using System.Text;
using ReproBuild.Registry.Tests.Fixtures;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Registry.Tests.Faults;

/// <summary>
/// Random faults of a registry: an image is right or the error is one of ours, within bounds, without a credential for another host, and
/// the cache is as good as new for the next build. <c>REPROBUILD_FAULT_SCHEDULES</c> and <c>REPROBUILD_FAULT_SEED</c> make it a long run.
/// </summary>
public sealed class FaultScheduleTests
{
    /// <summary>No answer is taken this far; documents have at most 4 MiB, and sockets buffer some.</summary>
    public const long TooMuch = 32L << 20;

    private const int UsualSchedules = 60;

    // A guard against hanging, far above what any schedule may take; it says nothing about speed.
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Whatever_a_registry_does_the_image_is_right_or_the_error_is_clear()
    {
        var content = await RegistryContent.CreateAsync();
        await using var registry = new FaultyRegistry(content);
        var right = await BuildCleanlyAsync(registry);
        var (first, count) = (LongRun.Count("REPROBUILD_FAULT_SEED", 1), LongRun.Count("REPROBUILD_FAULT_SCHEDULES", UsualSchedules));
        var (built, refused, isOver) = (0, 0, LongRun.Part());
        for (var seed = first; seed < first + count && !isOver(); seed++)
        {
            if (await RunAsync(registry, seed, right).WaitAsync(Hang, TestContext.Current.CancellationToken))
            {
                built++;
            }
            else
            {
                refused++;
            }
        }

        using var process = Process.GetCurrentProcess();
        LongRun.Report(
            $"{built + refused} schedules of faults of a registry ({registry.Requests} requests), {refused} of which refused the image"
            + " | the right bytes or a clear error; a build without faults on the same cache is right; credentials on no other host; at most "
            + $"{registry.MostTaken >> 20} MiB of an answer, and {process.PeakWorkingSet64 >> 20} MiB of memory in the process");
    }

    /// <summary>One schedule on a cache of its own, and then a build without faults on the same cache.</summary>
    /// <returns>Whether the image came all the same.</returns>
    private static async Task<bool> RunAsync(FaultyRegistry registry, int seed, Digest right)
    {
        using var directory = new TestDirectory();
        registry.Schedule = new FaultSchedule(seed);
        var result = await TryBuildAsync(seed, registry, Impatient(registry, directory));
        registry.Schedule = FaultSchedule.None;
        Assert.True(result is null || result == right, $"seed {seed}: wrong bytes");
        var after = await BuildAsync(registry, Patient(registry, directory));
        Assert.True(after == right, $"seed {seed}: the cache was poisoned");
        Assert.True(registry.Leaks.Count == 0, $"seed {seed}: {string.Join(", ", registry.Leaks)}");
        Assert.True(registry.MostTaken < TooMuch / 2, $"seed {seed}: {registry.MostTaken} bytes of one answer were taken");
        return result is not null;
    }

    private static async Task<Digest> BuildCleanlyAsync(FaultyRegistry registry)
    {
        using var directory = new TestDirectory();
        return await BuildAsync(registry, Patient(registry, directory));
    }

    /// <summary>The digest of the tree; null when the error was one of ours.</summary>
    private static async Task<Digest?> TryBuildAsync(int seed, FaultyRegistry registry, RegistryOptions options)
    {
        try
        {
            return await BuildAsync(registry, options);
        }
        catch (ReproBuildException e)
        {
            Assert.False(string.IsNullOrWhiteSpace(e.Message));
            Assert.DoesNotContain(e.Message, char.IsControl);
            Assert.True(e.Message.Length < 3000, e.Message);
            Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal);
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException || !TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"seed {seed}: an error that is not one of ours", e);
        }
    }

    private static async Task<Digest> BuildAsync(FaultyRegistry registry, RegistryOptions options)
    {
        using var source = new RegistryImageSource(options);
        var tree = await source.GetFileTreeAsync(
            ImageReference.Parse($"{registry.Authority}/team/app:1"), Platform.Linux("amd64"), cancellationToken: TestContext.Current.CancellationToken);
        return tree.ComputeDigest(TestContext.Current.CancellationToken);
    }

    private static RegistryOptions Patient(FaultyRegistry registry, TestDirectory directory)
    {
        var auth = Convert.ToBase64String(Encoding.UTF8.GetBytes("user:s3cret"));
        File.WriteAllText(directory["config.json"], $$$"""{"auths":{"{{{registry.Authority}}}":{"auth":"{{{auth}}}"} } }""");
        return new RegistryOptions { CacheDirectory = directory["cache"], DockerConfigDirectory = directory.Path };
    }

    private static RegistryOptions Impatient(FaultyRegistry registry, TestDirectory directory) => Patient(registry, directory) with
    {
        ResponseTimeout = TimeSpan.FromMilliseconds(150),
        RequestTimeout = TimeSpan.FromMilliseconds(600),
        RateWindow = TimeSpan.FromMilliseconds(150),
        MinimumRate = 2000,
        MaxRetries = 2,
        MaxResumes = 10,
        RetryDelay = TimeSpan.FromMilliseconds(1),
        MaxRetryDelay = TimeSpan.FromMilliseconds(1100),
    };
}
