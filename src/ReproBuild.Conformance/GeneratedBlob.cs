using System.Buffers.Binary;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Conformance;

/// <summary>Bytes computed from their offset as they are read: half of them compress well, half do not.</summary>
internal sealed class GeneratedBlob(long length, Action<int>? beforeRead = null) : Blob
{
    private const int WordSize = sizeof(ulong);
    private const int WordsInBlock = 64 * 1024 / WordSize;

    public override long Length => length;

    public override int Read(long offset, Span<byte> buffer)
    {
        var count = (int)Math.Clamp(length - offset, 0, buffer.Length);
        beforeRead?.Invoke(count);
        Span<byte> word = stackalloc byte[WordSize];
        for (var done = 0; done < count;)
        {
            var place = offset + done;
            BinaryPrimitives.WriteUInt64LittleEndian(word, WordAt(place / WordSize));
            var skip = (int)(place % WordSize);
            var part = word[skip..Math.Min(WordSize, skip + count - done)];
            part.CopyTo(buffer[done..]);
            done += part.Length;
        }

        return count;
    }

    private static ulong WordAt(long index)
    {
        var block = index / WordsInBlock;
        return Mix((ulong)(block % 2 == 0 ? index : block));
    }

    /// <summary>The finalizer of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).</summary>
    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value += 0x9E3779B97F4A7C15;
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
