using CsCheck;
using ReproBuild.Testing.Randomized;

namespace ReproBuild.Core.Tests.Compression;

/// <summary>However bytes are written, flushed and compressed at once, a compressed stream is the same, and unpacks to them.</summary>
public sealed class RandomWriteTests
{
    private const int Cases = 150;

    /// <summary>Mostly small contents, and now and then one of several pieces that are compressed by themselves.</summary>
    private static readonly Gen<RandomContent[]> Content = Gen.Frequency(
        (30, RandomTrees.Content),
        (1, Gen.Select(
            Gen.OneOf(RandomStyle.Zeros, RandomStyle.Repeats, RandomStyle.Words),
            Gen.Int[-2, 2],
            static (style, near) => (RandomContent[])[new(style, (2 * GzipTesting.PieceSize) + near, 1), new(RandomStyle.Words, 100, 2)])));

    public static TheoryData<string> Formats => [.. CompressionStreams.Names];

    [Theory]
    [MemberData(nameof(Formats))]
    public Task The_bytes_do_not_tell_how_they_were_written(string format) => RandomCases.CheckAsync(
        Gen.Select(Content, Gen.Int[0, 30_000].Array[0, 8], Gen.Int[1, 8], Gen.Bool),
        async random =>
        {
            var (parts, sizes, threads, isFlushed) = random;
            var data = RandomContent.Join(parts);
            var expected = CompressionStreams.Compress(format, data);
            Assert.True(data.AsSpan().SequenceEqual(CompressionStreams.Unpack(format, expected)), "It does not unpack to what was written.");
            var written = await WriteAsync(format, data, sizes, threads, isFlushed);
            Assert.True(expected.AsSpan().SequenceEqual(written), "Other bytes.");
        },
        Cases,
        static random => $"{string.Join(' ', random.Item1.AsEnumerable())}; writes {string.Join(' ', random.Item2)}; {random.Item3} threads, flushed {random.Item4}");

    private static async Task<byte[]> WriteAsync(string format, ReadOnlyMemory<byte> data, int[] sizes, int threads, bool isFlushed)
    {
        using var output = new MemoryStream();
        await using (var stream = CompressionStreams.Open(format, output, threads))
        {
            foreach (var size in sizes)
            {
                await stream.WriteAsync(data[..Math.Min(size, data.Length)]);
                data = data[Math.Min(size, data.Length)..];
                if (isFlushed)
                {
                    await stream.FlushAsync();
                }
            }

            stream.Write(data.Span);
        }

        return output.ToArray();
    }
}
