using System.Buffers;
using System.Collections.Immutable;
using System.IO.Hashing;
using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Pieces;

/// <summary>
/// Cuts a stream of named entries into pieces where the entries themselves tell, so that a change leaves all pieces but its own as they were.
/// </summary>
/// <remarks>
/// <para>
/// The data of a large file is cut at fixed distances from its beginning, and shares no piece with anything else: two files with equal data have
/// equal pieces. Before a small entry there is a cut if a hash of its name says so, the more likely the longer the entry is. What came before
/// decides only where a piece would become too long otherwise, until the next cut.
/// </para>
/// <para>Where the cuts are changes every compressed artifact that is made of pieces.</para>
/// </remarks>
internal sealed class PieceCutter : IDisposable
{
    /// <summary>How long the pieces of small entries are on average, as long as none reaches the largest length.</summary>
    private const uint TargetLength = 768 * 1024;

    /// <summary>How long the data of a file is at least that has pieces of its own.</summary>
    private const int LargeLength = 512 * 1024;

    private readonly ImmutableArray<ContentPiece>.Builder _pieces = ImmutableArray.CreateBuilder<ContentPiece>();
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly PieceIdentity _identity = new();
    private FileContentBuilder _piece = new();
    private long _cut;
    private long _fileLength;
    private long _entryEnd;
    private bool _endsLarge;

    /// <summary>How many bytes were added so far.</summary>
    public long Length => _cut + PieceLength;

    private long PieceLength => _piece.Length + _bytes.WrittenCount;

    /// <summary>Begins an entry.</summary>
    /// <param name="name">What tells it from all others.</param>
    /// <param name="structureLength">How many bytes are added for it besides the data of a file, at most a quarter of a piece.</param>
    /// <param name="dataLength">How many bytes of a file are added for it.</param>
    public void BeginEntry(ReadOnlySpan<byte> name, int structureLength, long dataLength)
    {
        CheckEntryEnd();
        var length = (ulong)structureLength + (IsLarge(dataLength) ? 0 : (ulong)dataLength);
        if (_endsLarge || (ulong)PieceLength + length > PieceFormat.PieceLength
            || (ulong)XxHash32.HashToUInt32(name) * TargetLength < length << 32)
        {
            Cut();
        }

        _endsLarge = false;
        _entryEnd = Length + structureLength + dataLength;
    }

    /// <summary>Adds bytes of an entry that are no file's data.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    /// <summary>Adds the data of a file, by reference.</summary>
    public void Append(FileContent file)
    {
        if (!IsLarge(file.Length))
        {
            AppendPart(file, 0, file.Length);
            return;
        }

        Cut();
        for (long offset = 0; offset < file.Length; offset += PieceFormat.PieceLength)
        {
            AppendPart(file, offset, Math.Min(PieceFormat.PieceLength, file.Length - offset));
            if (PieceLength == PieceFormat.PieceLength)
            {
                Cut();
            }
        }

        // What follows up to the next entry, such as padding, depends on the file alone, and belongs to its last piece.
        _endsLarge = true;
    }

    /// <summary>The pieces, in order; none is empty.</summary>
    public ImmutableArray<ContentPiece> Finish()
    {
        CheckEntryEnd();
        Cut();
        return _pieces.DrainToImmutable();
    }

    public void Dispose() => _identity.Dispose();

    private static bool IsLarge(long dataLength) => dataLength >= LargeLength;

    private void AppendPart(FileContent file, long offset, long length)
    {
        if (length > 0)
        {
            FlushBytes();
            var part = length == file.Length ? file : file.Slice(offset, length);
            if (part.Extents.IsEmpty)
            {
                _identity.AppendZeros(length);
            }
            else
            {
                _identity.Append(file, offset, length);
            }

            _piece.Append(part);
            _fileLength += length;
        }
    }

    /// <summary>A piece that is longer than was said has no room in buffers.</summary>
    private void CheckEntryEnd()
    {
        if (Length != _entryEnd)
        {
            throw new InvalidOperationException($"The stream has {Length} bytes where the entry should end at {_entryEnd}.");
        }
    }

    private void Cut()
    {
        FlushBytes();
        if (_piece.Length > 0)
        {
            _pieces.Add(new ContentPiece(_piece.Build(), _identity.Take(), _fileLength));
            _cut += _piece.Length;
            _fileLength = 0;
            _piece = new FileContentBuilder();
        }
    }

    private void FlushBytes()
    {
        if (_bytes.WrittenCount > 0)
        {
            _identity.Append(_bytes.WrittenSpan);
            _piece.Append(_bytes.WrittenSpan.ToArray());
            _bytes.ResetWrittenCount();
        }
    }
}
