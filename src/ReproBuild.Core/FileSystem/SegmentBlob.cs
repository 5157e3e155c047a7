using System.Collections.Immutable;

namespace ReproBuild.Core.FileSystem;

/// <summary>Content at an offset in a <see cref="SegmentBlob"/>.</summary>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Content">The content; never empty.</param>
internal readonly record struct ContentSegment(long Offset, FileContent Content);

/// <summary>A blob composed of contents that do not overlap, ordered by offset; the gaps between them read as zeros.</summary>
internal sealed class SegmentBlob(ImmutableArray<ContentSegment> segments, long length) : Blob
{
    public override long Length => length;

    public override int Read(long offset, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var count = (int)Math.Min(buffer.Length, Math.Max(0, length - offset));
        buffer = buffer[..count];
        buffer.Clear();
        for (var i = FirstEndingAfter(offset); i < segments.Length && segments[i].Offset < offset + count; i++)
        {
            var (start, content) = segments[i];
            var from = Math.Max(offset, start);
            var to = Math.Min(offset + count, start + content.Length);
            content.Read(from - start, buffer[(int)(from - offset)..(int)(to - offset)]);
        }

        return count;
    }

    private int FirstEndingAfter(long offset)
    {
        int low = 0, high = segments.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (segments[middle].Offset + segments[middle].Content.Length > offset)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
