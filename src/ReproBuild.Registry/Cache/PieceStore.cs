using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.Extensions.Logging;
using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Pieces;

namespace ReproBuild.Registry.Cache;

/// <summary>Compressed pieces in the cache, each in a file that says what it is of and has a checksum of it all.</summary>
/// <remarks>
/// <code>
/// magic     8 bytes: "RBPIECE1"
/// key      32 bytes: what the piece was made of, and how
/// length    4 bytes, little-endian: of the piece before it was compressed
/// CRC-32    4 bytes, little-endian: the same
/// bytes     the compressed piece, up to the checksum
/// XXH3     16 bytes: XXH3 with 128 bits (the xxHash specification) of all before
/// </code>
/// A file that is damaged, of another piece or gone is made again. What was not used for longest is deleted when there is too much.
/// </remarks>
/// <param name="paths">Where the files are.</param>
/// <param name="directory">Opens them.</param>
/// <param name="temporary">Makes them.</param>
/// <param name="maxSize">How many bytes are kept.</param>
/// <param name="clock">Says when a piece was used last; it decides only what is deleted first.</param>
/// <param name="logger">Receives warnings.</param>
internal sealed class PieceStore(
    CachePaths paths, CacheDirectory directory, TemporaryFiles temporary, long maxSize, TimeProvider clock, ILogger logger) : IPieceStore
{
    private const int KeyLength = 32;
    private const int HeaderLength = 8 + KeyLength + (2 * sizeof(uint));
    private const int ChecksumLength = 16;

    // The directory is looked through again when so much of its size was added.
    private const int CollectionShare = 16;

    // What other builds left is not known before the first time.
    private const long NotCounted = long.MaxValue / 2;

    private readonly Lock _collecting = new();
    private long _added = NotCounted;
    private volatile bool _isReadOnly;

    private static ReadOnlySpan<byte> Magic => "RBPIECE1"u8;

    public KeptPiece? TryRead(ReadOnlySpan<byte> key, Span<byte> destination)
    {
        var path = paths.Piece(key);
        using var file = directory.TryOpen(path);
        if (file is null)
        {
            return null;
        }

        try
        {
            if (Read(file, key, destination) is { } piece)
            {
                NoteUse(path);
                return piece;
            }

            RegistryLog.CacheFileUnusable(logger, path, "it is damaged, or of another piece or version");
        }
        catch (IOException e)
        {
            RegistryLog.CacheFileUnusable(logger, path, e.Message);
        }

        return null;
    }

    public void Write(ReadOnlySpan<byte> key, CheckedLength input, ReadOnlySpan<byte> encoded)
    {
        if (_isReadOnly || maxSize == 0)
        {
            return;
        }

        try
        {
            using var file = temporary.Create();
            WriteTo(file.Stream, key, input, encoded);
            file.Publish(paths.Piece(key), isAddressed: true);
            if (Interlocked.Add(ref _added, encoded.Length) > maxSize / CollectionShare)
            {
                Collect();
            }
        }
        catch (CacheException e)
        {
            // The build goes on without it. One warning is enough.
            _isReadOnly = true;
            RegistryLog.CacheFileUnusable(logger, paths.Pieces, e.Message);
        }
    }

    private static KeptPiece? Read(FileBlob file, ReadOnlySpan<byte> key, Span<byte> destination)
    {
        var length = file.Length - HeaderLength - ChecksumLength;
        Span<byte> ends = stackalloc byte[HeaderLength + ChecksumLength];
        var header = ends[..HeaderLength];
        var checksum = ends[HeaderLength..];
        if (length < 0 || length > destination.Length)
        {
            return null;
        }

        var encoded = destination[..(int)length];
        file.Read(0, header);
        file.Read(HeaderLength, encoded);
        file.Read(HeaderLength + length, checksum);
        var hash = new XxHash128();
        hash.Append(header);
        hash.Append(encoded);
        return header.StartsWith(Magic) && header.Slice(Magic.Length, KeyLength).SequenceEqual(key) && checksum.SequenceEqual(hash.GetCurrentHash())
            ? new KeptPiece(encoded.Length, ReadInput(header[(Magic.Length + KeyLength)..]))
            : null;
    }

    private static CheckedLength ReadInput(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[sizeof(uint)..]));

    private static void WriteTo(Stream stream, ReadOnlySpan<byte> key, CheckedLength input, ReadOnlySpan<byte> encoded)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        Magic.CopyTo(header);
        key.CopyTo(header[Magic.Length..]);
        var rest = header[(Magic.Length + KeyLength)..];
        BinaryPrimitives.WriteUInt32LittleEndian(rest, checked((uint)input.Length));
        BinaryPrimitives.WriteUInt32LittleEndian(rest[sizeof(uint)..], input.Crc32);
        var hash = new XxHash128();
        hash.Append(header);
        hash.Append(encoded);
        stream.Write(header);
        stream.Write(encoded);
        stream.Write(hash.GetCurrentHash());
    }

    private void NoteUse(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            // It is deleted earlier than it should be.
        }
    }

    /// <summary>Deletes what was not used for longest until the rest fits. One thread does it; the others go on.</summary>
    private void Collect()
    {
        if (!_collecting.TryEnter())
        {
            return;
        }

        try
        {
            Interlocked.Exchange(ref _added, 0);
            long kept = 0;
            foreach (var file in directory.TryListByTime(paths.Pieces))
            {
                kept += file.Length;
                if (kept > maxSize)
                {
                    directory.TryDelete(file.Path);
                }
            }
        }
        finally
        {
            _collecting.Exit();
        }
    }
}
