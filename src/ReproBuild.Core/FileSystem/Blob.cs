namespace ReproBuild.Core.FileSystem;

/// <summary>Immutable bytes with random access, such as a cached layer. Safe for concurrent reads.</summary>
public abstract class Blob
{
    /// <summary>The length in bytes.</summary>
    public abstract long Length { get; }

    /// <summary>Whether reading takes no more than copying.</summary>
    internal virtual bool IsInMemory => false;

    /// <summary>Reads from <paramref name="offset"/> on; returns fewer bytes than asked for only at the end, 0 beyond it.</summary>
    /// <exception cref="IOException">The bytes cannot be read.</exception>
    public abstract int Read(long offset, Span<byte> buffer);

    /// <summary>A blob over bytes in memory.</summary>
    public static Blob FromBytes(ReadOnlyMemory<byte> bytes) => new MemoryBlob(bytes);

    /// <summary>A blob over a file's content, for an archive that is itself a file of an image.</summary>
    public static Blob FromContent(FileContent content) => new ContentBlob(content);

    private sealed class ContentBlob(FileContent content) : Blob
    {
        public override long Length => content.Length;

        public override int Read(long offset, Span<byte> buffer) => content.Read(offset, buffer);
    }

    private sealed class MemoryBlob(ReadOnlyMemory<byte> bytes) : Blob
    {
        public override long Length => bytes.Length;

        internal override bool IsInMemory => true;

        public override int Read(long offset, Span<byte> buffer)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            if (offset >= bytes.Length)
            {
                return 0;
            }

            var from = bytes.Span[(int)offset..];
            var count = Math.Min(from.Length, buffer.Length);
            from[..count].CopyTo(buffer);
            return count;
        }
    }
}
