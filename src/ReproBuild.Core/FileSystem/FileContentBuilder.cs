using System.Collections.Immutable;

namespace ReproBuild.Core.FileSystem;

/// <summary>Composes content from consecutive parts: bytes, other contents, and holes. Nothing is copied or read.</summary>
/// <remarks>
/// A file system image or a disk is composed this way: its structures are bytes, its files are contents by reference, its unused
/// space is holes. The result can in turn be a part of something larger, such as a volume in a partition of a disk.
/// </remarks>
public sealed class FileContentBuilder
{
    private readonly ImmutableArray<ContentSegment>.Builder _segments = ImmutableArray.CreateBuilder<ContentSegment>();

    /// <summary>The length in bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>Adds bytes, which must not change afterwards.</summary>
    public FileContentBuilder Append(ReadOnlyMemory<byte> bytes) => Append(FileContent.FromBytes(bytes));

    /// <summary>Adds other content; its holes stay holes.</summary>
    public FileContentBuilder Append(FileContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (content.Length > 0)
        {
            _segments.Add(new ContentSegment(Length, content));
            Length += content.Length;
        }

        return this;
    }

    /// <summary>Adds a hole, which reads as zeros.</summary>
    /// <param name="count">Its length in bytes; 0 adds nothing.</param>
    public FileContentBuilder AppendZeros(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Length += count;
        return this;
    }

    /// <summary>Adds a hole up to the next multiple of <paramref name="alignment"/> bytes.</summary>
    public FileContentBuilder AlignTo(long alignment)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alignment);
        var over = Length % alignment;
        return AppendZeros(over == 0 ? 0 : alignment - over);
    }

    /// <summary>Adds a hole up to a position.</summary>
    /// <param name="position">Where the next part begins, in bytes; not before <see cref="Length"/>.</param>
    public FileContentBuilder PadTo(long position)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(position, Length);
        return AppendZeros(position - Length);
    }

    /// <summary>The content so far; later additions do not change it.</summary>
    public FileContent Build()
    {
        var segments = _segments.ToImmutable();
        var extents = ImmutableArray.CreateBuilder<DataExtent>();
        foreach (var segment in segments)
        {
            foreach (var extent in segment.Content.Extents)
            {
                AddExtent(extents, segment.Offset + extent.Offset, extent.Length);
            }
        }

        return new FileContent(new SegmentBlob(segments, Length), extents.ToImmutable(), Length);
    }

    private static void AddExtent(ImmutableArray<DataExtent>.Builder extents, long offset, long length)
    {
        if (extents.Count > 0 && extents[^1] is var last && last.Offset + last.Length == offset)
        {
            extents[^1] = last with { Length = last.Length + length };
            return;
        }

        extents.Add(new DataExtent(offset, offset, length));
    }
}
