using System.Text;
using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Tests.Configuration;

/// <summary>Every way to read a configuration honours the limit that it is given, above the default and below it.</summary>
public sealed class LimitTests : IDisposable
{
    private const int DefaultSize = 4 * 1024 * 1024;

    private static readonly string Small = "init: [a]\n" + new string('#', 90);
    private static readonly string Large = "init: [a]\n" + new string('#', DefaultSize);

    private readonly string _directory = Directory.CreateTempSubdirectory("reprobuild-limit-").FullName;

    public static TheoryData<string> Ways => [.. Readers.Keys];

    private static Dictionary<string, Func<LimitTests, string, InputLimits, Task<LinuxKitConfig>>> Readers { get; } = new()
    {
        ["text"] = static (_, text, limits) => Task.FromResult(LinuxKitConfig.Parse(text, "f.yml", limits)),
        ["bytes"] = static (_, text, limits) => Task.FromResult(LinuxKitConfig.Parse(Encoding.UTF8.GetBytes(text), "f.yml", limits)),
        ["stream"] = static (_, text, limits) =>
            LinuxKitConfig.LoadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), "f.yml", limits, TestContext.Current.CancellationToken),
        ["file"] = static (test, text, limits) => LinuxKitConfig.LoadAsync([test.Write(text)], limits, TestContext.Current.CancellationToken),
    };

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_raised_limit_lets_more_through(string way)
    {
        var limits = new InputLimits { MaxConfigurationSize = Large.Length };
        Assert.Single((await Readers[way](this, Large, limits)).Init);
        await Assert.ThrowsAsync<ConfigurationException>(() => Readers[way](this, Large, InputLimits.Default));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_lowered_limit_lets_less_through(string way)
    {
        var limits = new InputLimits { MaxConfigurationSize = Small.Length - 1 };
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => Readers[way](this, Small, limits));
        Assert.EndsWith("1:1: the file is too large; expected at most 99 bytes (MaxConfigurationSize)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_can_be_cancelled_once_the_bytes_are_there()
    {
        using var cancellation = new CancellationTokenSource();
        var stream = new CancellingStream(Encoding.UTF8.GetBytes("init: [a]"), cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => LinuxKitConfig.LoadAsync(stream, "f.yml", cancellationToken: cancellation.Token));
    }

    [Fact]
    public void A_label_is_held_to_it_too()
    {
        var limits = new InputLimits { MaxConfigurationSize = 8 };
        Assert.Throws<ConfigurationException>(() => ContainerSettings.ParseLabel("net: host", "label", limits));
    }

    /// <summary>Cancels when its end is read.</summary>
    private sealed class CancellingStream(byte[] bytes, CancellationTokenSource cancellation) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await base.ReadAsync(buffer, CancellationToken.None);
            if (count == 0)
            {
                await cancellation.CancelAsync();
            }

            return count;
        }
    }

    private string Write(string text)
    {
        var path = Path.Combine(_directory, "f.yml");
        File.WriteAllText(path, text);
        return path;
    }
}
