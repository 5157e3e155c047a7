using ReproBuild.Core.FileSystem;

namespace ReproBuild.Build.Tests.Memory;

/// <summary>As many bytes as a test wants, copied from a pattern when they are read.</summary>
internal sealed class GeneratedBlob(long length) : Blob
{
    /// <summary>A prime, so that no block of a format repeats soon.</summary>
    private const int PatternLength = 1_048_573;

    private static readonly byte[] Pattern = CreatePattern();

    public override long Length => length;

    public override int Read(long offset, Span<byte> buffer)
    {
        var count = (int)Math.Clamp(length - offset, 0, buffer.Length);
        for (var done = 0; done < count;)
        {
            var from = (int)((offset + done) % PatternLength);
            var part = Pattern.AsSpan(from, Math.Min(PatternLength - from, count - done));
            part.CopyTo(buffer[done..]);
            done += part.Length;
        }

        return count;
    }

    private static byte[] CreatePattern()
    {
        var pattern = new byte[PatternLength];
        new Random(1).NextBytes(pattern);
        return pattern;
    }
}
