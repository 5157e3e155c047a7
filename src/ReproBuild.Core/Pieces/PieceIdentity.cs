using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Pieces;

/// <summary>
/// Says which bytes a piece has by what it is made of: bytes by themselves, parts of files by the SHA-256 of the file and their place in it.
/// </summary>
internal sealed class PieceIdentity : IDisposable
{
    private const byte Bytes = 0;
    private const byte PartOfFile = 1;
    private const byte Zeros = 2;
    private const byte Whole = 3;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _isUnknown;

    /// <summary>The identity of a piece whose bytes were read after all.</summary>
    public static byte[] Of(ReadOnlySpan<byte> piece)
    {
        Span<byte> text = stackalloc byte[1 + SHA256.HashSizeInBytes];
        text[0] = Whole;
        SHA256.HashData(piece, text[1..]);
        return SHA256.HashData(text);
    }

    /// <summary>What a compressed piece is kept under.</summary>
    /// <param name="format">How it is compressed; <see cref="PieceFormat.Name"/> says when it changes.</param>
    /// <param name="identity">Of the piece.</param>
    public static byte[] Key(string format, ReadOnlySpan<byte> identity) => SHA256.HashData([.. Encoding.UTF8.GetBytes(format), .. identity]);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Append(Bytes, 0, bytes.Length);
        _hash.AppendData(bytes);
    }

    /// <summary>Adds a hole, which is the same in every file.</summary>
    public void AppendZeros(long length) => Append(Zeros, 0, length);

    /// <summary>Adds a part of a file. If nobody knows the hash of the file, nothing is known of the piece.</summary>
    public void Append(FileContent file, long offset, long length)
    {
        var sha256 = file.FindSha256();
        _isUnknown |= sha256.IsEmpty;
        Append(PartOfFile, offset, length);
        _hash.AppendData(sha256.Span);
    }

    /// <summary>The identity of what was added, or nothing where it is not known; then it starts again.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        var hash = _hash.GetHashAndReset();
        var isUnknown = _isUnknown;
        _isUnknown = false;
        return isUnknown ? default : hash;
    }

    public void Dispose() => _hash.Dispose();

    private void Append(byte kind, long offset, long length)
    {
        Span<byte> head = stackalloc byte[1 + (2 * sizeof(long))];
        head[0] = kind;
        BinaryPrimitives.WriteInt64LittleEndian(head[1..], offset);
        BinaryPrimitives.WriteInt64LittleEndian(head[(1 + sizeof(long))..], length);
        _hash.AppendData(head);
    }
}
