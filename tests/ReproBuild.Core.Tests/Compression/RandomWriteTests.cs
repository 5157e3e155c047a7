using CsCheck;
using ReproBuild.Core.Compression;
using ReproBuild.Testing.Randomized;

namespace ReproBuild.Core.Tests.Compression;

/// <summary>However bytes are written, flushed and compressed at once, a gzip member is the same, and unpacks to them.</summary>
public sealed class RandomWriteTests
{
    private const int Cases = 200;

    /// <summary>Mostly small contents, and now and then one of several pieces that are compressed by themselves.</summary>
    private static readonly Gen<RandomContent[]> Content = Gen.Frequency(
        (30, RandomTrees.Content),
        (1, Gen.Select(
            Gen.OneOf(RandomStyle.Zeros, RandomStyle.Repeats, RandomStyle.Words),
            Gen.Int[-2, 2],
            static (style, near) => (RandomContent[])[new(style, (2 * GzipTesting.PieceSize) + near, 1), new(RandomStyle.Words, 100, 2)])));

    [Fact]
    public Task The_bytes_do_not_tell_how_they_were_written() => RandomCases.CheckAsync(
        Gen.Select(Content, Gen.Int[0, 30_000].Array[0, 8], Gen.Int[1, 8], Gen.Bool),
        static async random =>
        {
            var (parts, sizes, threads, isFlushed) = random;
            var data = RandomContent.Join(parts);
            var expected = GzipTesting.Compress(data);
            Assert.True(data.AsSpan().SequenceEqual(GzipTesting.Unpack(expected)), "It does not unpack to what was written.");
            var written = await WriteAsync(data, sizes, threads, isFlushed);
            Assert.True(expected.AsSpan().SequenceEqual(written), "Other bytes.");
        },
        Cases,
        static random => $"{string.Join(' ', random.Item1.AsEnumerable())}; writes {string.Join(' ', random.Item2)}; {random.Item3} threads, flushed {random.Item4}");

    private static async Task<byte[]> WriteAsync(ReadOnlyMemory<byte> data, int[] sizes, int threads, bool isFlushed)
    {
        using var output = new MemoryStream();
        await using (var gzip = new DeterministicGzipStream(output, leaveOpen: true, threads))
        {
            foreach (var size in sizes)
            {
                await gzip.WriteAsync(data[..Math.Min(size, data.Length)]);
                data = data[Math.Min(size, data.Length)..];
                if (isFlushed)
                {
                    await gzip.FlushAsync();
                }
            }

            gzip.Write(data.Span);
        }

        return output.ToArray();
    }
}
