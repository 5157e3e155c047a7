using System.Diagnostics;
using System.Globalization;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Core.Tests.Configuration;
using ReproBuild.Testing.Tools;
using static ReproBuild.Core.Tests.Tar.RawTar;

namespace ReproBuild.Core.Tests.Layers;

/// <summary>
/// Layers and configurations as large as somebody could make them, against the limits that hold by default: refused by a limit with a name, or
/// read, in bounded memory. <c>REPROBUILD_HOSTILE_SCALE=100</c> gives them their whole size, otherwise they have a hundredth of it.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class HostileScaleTests
{
    private static readonly int Scale = LongRun.Count("REPROBUILD_HOSTILE_SCALE", 1);

    /// <summary>At their whole size the limits are those that hold by default.</summary>
    private static InputLimits Limits { get; } = new() { MaxArchiveEntries = 40_000 * Scale, MaxMetadataSize = (1L << 30) * Scale / 100 };

    /// <summary>What is tried, its parts, and a word of the error; a wrong digest when it can be read to its end.</summary>
    private static (string What, Func<IEnumerable<byte[]>> Parts, string Error)[] Layers =>
    [
        ($"{10_000 * Scale} entries", () => Enumerable.Range(0, 10_000 * Scale).Select(static i => Header($"d{i / 1000}/f{i}")), "digest"),
        ($"{Limits.MaxArchiveEntries + 1} entries", () => Enumerable.Repeat(Header("f"), Limits.MaxArchiveEntries + 1), nameof(InputLimits.MaxArchiveEntries)),
        ("a name of 100,000 bytes", () => [Pax("path=" + new string('n', 100_000)), Header("f")], nameof(InputLimits.MaxPathLength)),
        ("a path 10,000 deep", () => [Pax("path=" + string.Concat(Enumerable.Repeat("d/", 10_000))), Header("f")], nameof(InputLimits.MaxPathLength)),
        ($"{10 * Scale} MiB of PAX comments", () => Records(10 * Scale, "comment"), "digest"),
        ($"{11 * Scale} MiB of attributes", () => Records(11 * Scale, "SCHILY.xattr.user.a"), nameof(InputLimits.MaxMetadataSize)),
        ($"{200L * Scale} MiB of zeros", () => Zeros(200L * Scale), "digest"),
        ("16 GiB of holes", () => [Tar.TarSparseTests.Sparse("0.1", [(0, 1)], 1L << 34, "a")], nameof(InputLimits.MaxHoleSize)),
    ];

    private static (string What, Func<string> Yaml)[] Configurations =>
    [
        ("30 levels of aliases, nine each", static () => string.Concat(Enumerable.Range(0, 30).Select(static i =>
            i == 0 ? "a0: &a0 [lol]\n" : $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n"))),
        ("10,000 levels of lists", static () => "init: " + new string('[', 10_000)),
        ("10,000 levels of maps", static () => string.Concat(Enumerable.Range(0, 10_000).Select(static i => new string(' ', i % 1000) + "a:\n"))),
    ];

    [Fact]
    public async Task Hostile_layers_are_refused_by_a_limit_or_read()
    {
        foreach (var (what, parts, expected) in Layers)
        {
            using var stream = new PartsStream(parts());
            var error = await Assert.ThrowsAsync<IntegrityException>(() => LayerRecord.ReadAsync(
                stream, Digest.OfSha256([]), Limits, TestContext.Current.CancellationToken));
            Assert.True(error.Message.Contains(expected, StringComparison.Ordinal), $"{what}: {error.Message}");
            Assert.True(error.Message.Length < 3000, what);
        }

        Report($"layers: {string.Join(", ", Layers.Select(static layer => layer.What))}");
    }

    [Fact]
    public void Hostile_configurations_are_refused()
    {
        foreach (var (what, yaml) in Configurations)
        {
            var problems = Problems.Of(yaml());
            Assert.True(problems is [{ Length: < 3000 }, ..], what);
        }

        Report($"configurations: {string.Join(", ", Configurations.Select(static configuration => configuration.What))}");
    }

    private static void Report(string what)
    {
        using var process = Process.GetCurrentProcess();
        LongRun.Report(string.Create(
            CultureInfo.InvariantCulture,
            $"hostile {what} | refused by a limit that the error names, or read to the end; at most {process.PeakWorkingSet64 >> 20} MiB of memory in the process"));
    }

    /// <summary>Entries with a PAX record of 32 KiB each, which nothing uses or the tree keeps.</summary>
    private static IEnumerable<byte[]> Records(int mebibytes, string keyword)
    {
        var entry = Join(Pax($"{keyword}={new string('c', 32 << 10)}"), Header("f"));
        return Enumerable.Repeat(entry, mebibytes * 32);
    }

    private static IEnumerable<byte[]> Zeros(long mebibytes)
    {
        var zeros = new byte[1 << 20];
        for (var left = mebibytes; left > 0; left -= 4096)
        {
            yield return Header("zeros" + left.ToString(CultureInfo.InvariantCulture), size: Math.Min(left, 4096) << 20);
            for (var i = 0; i < Math.Min(left, 4096); i++)
            {
                yield return zeros;
            }
        }
    }

    /// <summary>A stream that is made while it is read.</summary>
    private sealed class PartsStream(IEnumerable<byte[]> parts) : ForwardReadStream
    {
        private readonly IEnumerator<byte[]> _parts = parts.Append(End).GetEnumerator();
        private ReadOnlyMemory<byte> _part;

        public override int Read(Span<byte> buffer)
        {
            while (_part.IsEmpty && _parts.MoveNext())
            {
                _part = _parts.Current;
            }

            var count = Math.Min(buffer.Length, _part.Length);
            _part.Span[..count].CopyTo(buffer);
            _part = _part[count..];
            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        protected override void Dispose(bool disposing)
        {
            _parts.Dispose();
            base.Dispose(disposing);
        }
    }
}
