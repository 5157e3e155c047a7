namespace ReproBuild.Core.FileSystem;

/// <summary>A blob whose reads are counted by <see cref="ContentReads"/>.</summary>
/// <param name="inner">The blob.</param>
/// <param name="worth">What all of it counts for, in bytes: its own length, or that of the contents it was made of.</param>
internal sealed class CountedBlob(Blob inner, long worth) : Blob
{
    public CountedBlob(Blob inner)
        : this(inner, inner.Length)
    {
    }

    public override long Length => inner.Length;

    internal override bool IsInMemory => inner.IsInMemory;

    public override int Read(long offset, Span<byte> buffer)
    {
        var count = inner.Read(offset, buffer);
        if (count > 0 && ContentReads.Counter is { } counter)
        {
            counter.Report(WorthUntil(offset + count) - WorthUntil(offset));
        }

        return count;
    }

    private long WorthUntil(long offset) => worth == Length ? offset : (long)((Int128)offset * worth / Length);
}
