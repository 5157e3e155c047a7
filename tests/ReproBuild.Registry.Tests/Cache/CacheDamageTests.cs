using System.Diagnostics;
using ReproBuild.Registry.Images;
using ReproBuild.Registry.Tests.Fixtures;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Registry.Tests.Cache;

/// <summary>Whatever happens to the files of a cache, a build gives the right bytes, or an error that says what is wrong.</summary>
/// <remarks>
/// <c>REPROBUILD_EVERY_BIT=1</c> flips every bit of every file of the cache in turn.
/// </remarks>
public sealed class CacheDamageTests : IAsyncLifetime
{
    private static readonly bool EveryBit = LongRun.Count("REPROBUILD_EVERY_BIT", 0) != 0;

    private SmallCache _cache = null!;

    public async ValueTask InitializeAsync() => _cache = await SmallCache.CreateAsync();

    public ValueTask DisposeAsync()
    {
        _cache.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AssertRepairedAsync(string what)
    {
        var built = await _cache.BuildAsync();
        Assert.True(built == _cache.Expected, $"{what}: {built}");
    }

    private async Task AssertRightOrRefusedAsync(string what)
    {
        try
        {
            var built = await _cache.BuildAsync(TagResolution.CacheOnly);
            Assert.True(built == _cache.Expected, $"{what}: {built}");
        }
        catch (ReproBuildException e)
        {
            Assert.NotEmpty(e.Message);
        }
    }

    [Fact]
    public async Task A_flipped_bit_anywhere_is_repaired_or_offline_an_error()
    {
        var (flips, all, isOver) = (0, 0, LongRun.Part());
        foreach (var path in _cache.Files)
        {
            var bits = _cache.Content(path).Length * 8;
            all += bits;
            for (var bit = 0; bit < bits && !isOver(); bit += EveryBit ? 1 : Math.Max(1, (bits / 7) + 1))
            {
                var damaged = _cache.Content(path);
                damaged[bit / 8] ^= (byte)(1 << (bit % 8));
                await File.WriteAllBytesAsync(path, damaged, TestContext.Current.CancellationToken);
                await AssertRightOrRefusedAsync($"bit {bit} of {path}");
                _cache.Restore();
                await File.WriteAllBytesAsync(path, damaged, TestContext.Current.CancellationToken);
                await AssertRepairedAsync($"bit {bit} of {path}");
                _cache.Restore();
                flips++;
            }
        }

        LongRun.Report(
            $"{flips} of the {all} bits in the {_cache.Files.Count()} files of a small cache, each flipped in turn"
            + " | the right bytes, repaired from the registry; offline the right bytes or an error");
    }

    [Fact]
    public async Task A_file_that_is_cut_grown_emptied_or_gone_is_repaired()
    {
        foreach (var path in _cache.Files)
        {
            var content = _cache.Content(path);
            var damages = new List<(string, byte[]?)>
            {
                ("cut", content[..^1]), ("grown", [.. content, 0]), ("emptied", []), ("zeros", new byte[content.Length]), ("gone", null),
            };
            foreach (var (what, damaged) in damages)
            {
                SmallCache.Delete(path);
                if (damaged is not null)
                {
                    await File.WriteAllBytesAsync(path, damaged, TestContext.Current.CancellationToken);
                }

                await AssertRepairedAsync($"{path} {what}");
                _cache.Restore();
            }
        }

        await AssertRepairedAsync("at the end");
    }

    /// <summary>Derived data proves what it is of: a file that is sound, but another's, is no better than a damaged one.</summary>
    [Fact]
    public async Task A_file_in_the_place_of_another_is_repaired()
    {
        foreach (var path in _cache.Files)
        {
            foreach (var other in _cache.Files.Where(other => other != path && Path.GetExtension(other) == Path.GetExtension(path)))
            {
                File.Copy(other, path, overwrite: true);
                await AssertRepairedAsync($"{other} in the place of {path}");
                _cache.Restore();
            }
        }
    }

    [Fact]
    public async Task Archive_and_record_of_another_layer_together_are_repaired()
    {
        var archives = _cache.Files.Where(static path => path.EndsWith(".tar", StringComparison.Ordinal)).ToList();
        foreach (var path in archives)
        {
            foreach (var other in archives.Where(other => other != path))
            {
                File.Copy(other, path, overwrite: true);
                File.Copy(Path.ChangeExtension(other, ".index"), Path.ChangeExtension(path, ".index"), overwrite: true);
                await AssertRepairedAsync($"{other} in the place of {path}");
                _cache.Restore();
            }
        }
    }

    /// <summary>Making a device needs root, which in turn may read everything.</summary>
    public static TheoryData<string> UnreadableKinds =>
        Environment.IsPrivilegedProcess ? ["fifo", "link", "dangling link", "/dev/zero", "/dev/full"] : ["fifo", "link", "dangling link", "unreadable"];

    [Theory]
    [MemberData(nameof(UnreadableKinds))]
    public async Task What_is_no_readable_file_of_its_own_is_repaired(string kind)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has none of these.");
        foreach (var path in _cache.Files)
        {
            Replace(path, kind);
            await AssertRepairedAsync($"{path} as {kind}");
            SmallCache.Delete(path);
            _cache.Restore();
        }
    }

    private void Replace(string path, string kind)
    {
        File.Delete(path);
        switch (kind)
        {
            case "fifo":
                Run("mkfifo", path);
                break;
            case "link":
                File.WriteAllBytes(_cache.Cached.Directory["elsewhere"], _cache.Content(path));
                File.CreateSymbolicLink(path, _cache.Cached.Directory["elsewhere"]);
                break;
            case "dangling link":
                File.CreateSymbolicLink(path, _cache.Cached.Directory["nowhere"]);
                break;
            case "unreadable":
                File.WriteAllBytes(path, _cache.Content(path));
                Run("chmod", "0", path);
                break;
            default:
                Run("mknod", path, "c", "1", kind == "/dev/zero" ? "5" : "7");
                break;
        }
    }

    private static void Run(string tool, params string[] arguments)
    {
        using var process = Process.Start(tool, arguments);
        process.WaitForExit();
        Assert.SkipUnless(process.ExitCode == 0, $"{tool} does not work here.");
    }
}
