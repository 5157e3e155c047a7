using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace ReproBuild.Core.FileSystem;

/// <summary>A run of bytes of a file that is stored in its blob; bytes that no extent covers read as zeros.</summary>
/// <param name="Offset">Where the run begins in the file, in bytes.</param>
/// <param name="BlobOffset">Where it begins in the blob, in bytes.</param>
/// <param name="Length">How many bytes it has.</param>
public readonly record struct DataExtent(long Offset, long BlobOffset, long Length);

/// <summary>The content of a regular file: slices of a blob, and holes. It can be read many times and concurrently.</summary>
public sealed class FileContent
{
    private const int HashBufferSize = 128 * 1024;

    private readonly Blob _blob;

    // Where the one slice begins, or the several slices: most files have one, and need no array.
    private readonly long _offset;
    private readonly ImmutableArray<DataExtent> _extents;

    // Of all bytes, where it is known.
    private readonly ReadOnlyMemory<byte> _sha256;

    /// <summary>A slice of a blob.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The slice is not inside the blob.</exception>
    public FileContent(Blob blob, long offset, long length)
    {
        ArgumentNullException.ThrowIfNull(blob);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > 0 && !IsInside(blob, offset, length))
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "The slice is not inside the blob.");
        }

        (_blob, _offset, Length) = (blob, offset, length);
    }

    /// <summary>Slices of a blob with holes between them.</summary>
    /// <param name="blob">The blob with the data.</param>
    /// <param name="extents">The data, in ascending order, without overlap, none empty.</param>
    /// <param name="length">The length of the file in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">An extent is empty, out of order, or not inside the file and the blob.</exception>
    public FileContent(Blob blob, ImmutableArray<DataExtent> extents, long length)
    {
        ArgumentNullException.ThrowIfNull(blob);
        long end = 0;
        foreach (var extent in extents)
        {
            if (extent.Length <= 0 || extent.Offset < end || extent.Offset > length - extent.Length
                || !IsInside(blob, extent.BlobOffset, extent.Length))
            {
                throw new ArgumentOutOfRangeException(nameof(extents), extent, "The extent is empty, out of order, or outside the file or its blob.");
            }

            end = extent.Offset + extent.Length;
        }

        ArgumentOutOfRangeException.ThrowIfNegative(length);
        (_blob, _extents, Length) = (blob, extents, length);
    }

    private FileContent(FileContent other, Blob blob, ReadOnlyMemory<byte> sha256) =>
        (_blob, _offset, _extents, Length, _sha256) = (blob, other._offset, other._extents, other.Length, sha256);

    /// <summary>Empty content.</summary>
    public static FileContent Empty { get; } = FromBytes(ReadOnlyMemory<byte>.Empty);

    /// <summary>The length in bytes.</summary>
    public long Length { get; }

    /// <summary>The data; the bytes between are zeros.</summary>
    public ImmutableArray<DataExtent> Extents =>
        !_extents.IsDefault ? _extents : Length == 0 ? [] : [new DataExtent(0, _offset, Length)];

    /// <summary>Content in memory, for files that a build makes itself.</summary>
    public static FileContent FromBytes(ReadOnlyMemory<byte> bytes) => new(Blob.FromBytes(bytes), 0, bytes.Length);

    /// <summary>Reads from <paramref name="offset"/> on; returns fewer bytes than asked for only at the end of the file, 0 beyond it.</summary>
    /// <exception cref="IOException">The blob cannot be read, or ended early.</exception>
    public int Read(long offset, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var count = (int)Math.Min(buffer.Length, Math.Max(0, Length - offset));
        buffer = buffer[..count];
        if (count == 0)
        {
            return 0;
        }

        if (_extents.IsDefault)
        {
            ReadBlob(_offset + offset, buffer);
            return count;
        }

        buffer.Clear();
        for (var i = FirstExtentEndingAfter(offset); i < _extents.Length && _extents[i].Offset < offset + count; i++)
        {
            var extent = _extents[i];
            var from = Math.Max(offset, extent.Offset);
            var to = Math.Min(offset + count, extent.Offset + extent.Length);
            ReadBlob(extent.BlobOffset + (from - extent.Offset), buffer[(int)(from - offset)..(int)(to - offset)]);
        }

        return count;
    }

    /// <summary>A part of the content, by reference.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside the content.</exception>
    public FileContent Slice(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - offset);
        if (_extents.IsDefault || length == 0)
        {
            return new FileContent(_blob, _offset + offset, length);
        }

        var extents = ImmutableArray.CreateBuilder<DataExtent>();
        for (var i = FirstExtentEndingAfter(offset); i < _extents.Length && _extents[i].Offset < offset + length; i++)
        {
            var extent = _extents[i];
            var from = Math.Max(offset, extent.Offset);
            var to = Math.Min(offset + length, extent.Offset + extent.Length);
            extents.Add(new DataExtent(from - offset, extent.BlobOffset + (from - extent.Offset), to - from));
        }

        return new FileContent(_blob, extents.ToImmutable(), length);
    }

    /// <summary>The same content, of which it is known that it has this SHA-256.</summary>
    /// <param name="sha256">32 bytes, which must not change; or none.</param>
    internal FileContent WithSha256(ReadOnlyMemory<byte> sha256) => sha256.IsEmpty ? this : new(this, _blob, sha256);

    /// <summary>The same content, whose reads are counted by <see cref="ContentReads"/>.</summary>
    internal FileContent Counted() => Length == 0 || _blob is CountedBlob ? this : new(this, new CountedBlob(_blob), _sha256);

    /// <summary>The SHA-256 of all bytes, where it can be had without reading a file; else empty.</summary>
    internal ReadOnlyMemory<byte> FindSha256()
    {
        if (!_sha256.IsEmpty || !_blob.IsInMemory || !_extents.IsDefault)
        {
            return _sha256;
        }

        using var stream = OpenRead();
        return SHA256.HashData(stream);
    }

    /// <summary>The SHA-256 of all bytes: what is known of them, else what reading them gives.</summary>
    /// <exception cref="IOException">The content cannot be read.</exception>
    internal ByteString GetSha256(CancellationToken cancellationToken)
    {
        if (FindSha256() is { IsEmpty: false } known)
        {
            return new ByteString(known.Span);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(Length, 1, HashBufferSize));
        try
        {
            long offset = 0;
            for (int count; (count = Read(offset, buffer)) > 0; offset += count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new ByteString(hash.GetHashAndReset());
    }

    /// <summary>A seekable read-only stream over the content.</summary>
    public Stream OpenRead() => new FileContentStream(this);

    /// <summary>Writes the whole content to a stream.</summary>
    /// <exception cref="IOException">The content cannot be read, or the stream cannot be written.</exception>
    public async Task CopyToAsync(Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var source = OpenRead();
        await using (source.ConfigureAwait(false))
        {
            await source.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes the whole content to a file of the host, which appears, or replaces an older one, only when it is complete.</summary>
    /// <param name="path">The file; its directory must exist.</param>
    /// <param name="cancellationToken">Cancels the operation; then nothing is left behind.</param>
    /// <exception cref="ReproBuildException">The file cannot be written; the message says why.</exception>
    /// <exception cref="IOException">The content cannot be read.</exception>
    public async Task SaveAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        await HostFile.SaveAsync(Path.GetFullPath(path), CopyToAsync, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsInside(Blob blob, long offset, long length) => offset >= 0 && offset <= blob.Length - length;

    private void ReadBlob(long offset, Span<byte> buffer)
    {
        if (_blob.Read(offset, buffer) != buffer.Length)
        {
            throw new EndOfStreamException("The blob of this content ended early.");
        }
    }

    /// <summary>No extent compares equal to the position, so the search returns the complement of where it would be.</summary>
    private int FirstExtentEndingAfter(long offset) => ~_extents.AsSpan().BinarySearch(new EndAfter(offset));

    private readonly struct EndAfter(long offset) : IComparable<DataExtent>
    {
        public int CompareTo(DataExtent other) => other.Offset + other.Length > offset ? -1 : 1;
    }
}
