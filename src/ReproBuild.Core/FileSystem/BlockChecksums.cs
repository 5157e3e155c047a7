using System.Collections.Immutable;
using System.IO.Hashing;

namespace ReproBuild.Core.FileSystem;

/// <summary>A fast checksum for every block of some bytes, by which they are verified each time they are read.</summary>
/// <remarks>
/// XXH3 with 64 bits (the xxHash specification). It finds what happens by itself, such as a flipped bit or a block of another file; it does
/// not withstand someone who wants two blocks to have the same.
/// </remarks>
public sealed class BlockChecksums
{
    /// <summary>How many bytes a block has; the last one may have fewer.</summary>
    public const int BlockSize = 64 * 1024;

    /// <summary>Takes checksums that were computed earlier.</summary>
    /// <param name="length">How many bytes there are.</param>
    /// <param name="values">The checksum of each block, in order.</param>
    /// <exception cref="ArgumentException">There are not as many checksums as blocks.</exception>
    public BlockChecksums(long length, ImmutableArray<ulong> values)
    {
        if (length < 0 || values.IsDefault || values.Length != CountBlocks(length))
        {
            throw new ArgumentException("There must be one checksum for each block.", nameof(values));
        }

        (Length, Values) = (length, values);
    }

    /// <summary>How many bytes there are.</summary>
    public long Length { get; }

    /// <summary>The checksum of each block, in order.</summary>
    public ImmutableArray<ulong> Values { get; }

    internal static long CountBlocks(long length) => (length / BlockSize) + (length % BlockSize == 0 ? 0 : 1);

    internal int SizeOf(long block) => (int)Math.Min(BlockSize, Length - (block * BlockSize));

    internal bool Matches(long block, ReadOnlySpan<byte> bytes) => XxHash3.HashToUInt64(bytes) == Values[(int)block];
}

/// <summary>Computes <see cref="BlockChecksums"/> while the bytes flow.</summary>
public sealed class BlockChecksumBuilder
{
    private readonly XxHash3 _hash = new();
    private readonly ImmutableArray<ulong>.Builder _values = ImmutableArray.CreateBuilder<ulong>();
    private int _used;

    /// <summary>How many bytes there are so far.</summary>
    public long Length { get; private set; }

    /// <summary>Adds the next bytes, in portions of any size.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var part = bytes[..Math.Min(bytes.Length, BlockChecksums.BlockSize - _used)];
            _hash.Append(part);
            _used += part.Length;
            Length += part.Length;
            bytes = bytes[part.Length..];
            if (_used == BlockChecksums.BlockSize)
            {
                FinishBlock();
            }
        }
    }

    /// <summary>The checksums of all bytes; nothing may be added afterwards.</summary>
    public BlockChecksums Build()
    {
        if (_used > 0)
        {
            FinishBlock();
        }

        return new BlockChecksums(Length, _values.DrainToImmutable());
    }

    private void FinishBlock()
    {
        _values.Add(_hash.GetCurrentHashAsUInt64());
        _hash.Reset();
        _used = 0;
    }
}
