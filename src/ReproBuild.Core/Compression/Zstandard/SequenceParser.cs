using System.Runtime.CompilerServices;
using static ReproBuild.Core.Compression.Coding.UncheckedBytes;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Cuts a block into literals and matches; not safe for concurrent use.</summary>
internal abstract class SequenceParser
{
    // Every sequence has a match of at least three bytes.
    private const int MaxSequences = ZstandardFormat.MaxBlockLength / ZstandardFormat.MinMatch;

    // Literals are copied eight bytes at a time.
    private readonly byte[] _literals = new byte[ZstandardFormat.MaxBlockLength + sizeof(ulong)];
    private readonly Sequence[] _sequences = new Sequence[MaxSequences];
    private int _literalCount;
    private int _sequenceCount;

    /// <summary>The literals of the block: those of all sequences, and those after the last one.</summary>
    public ReadOnlySpan<byte> Literals => _literals.AsSpan(0, _literalCount);

    public ReadOnlySpan<Sequence> Sequences => _sequences.AsSpan(0, _sequenceCount);

    /// <summary>How many bytes the block would take as literals only, without the description of their code, if the parser knows it.</summary>
    public int CodedLength { get; protected set; } = int.MaxValue;

    /// <summary>The parser of an effort.</summary>
    public static SequenceParser For(CompressionEffort effort) => effort switch
    {
        CompressionEffort.Fast => new FastSequenceParser(),
        CompressionEffort.Default or CompressionEffort.Best => new LazySequenceParser(),
        _ => throw new ArgumentOutOfRangeException(nameof(effort), effort, "There is no such effort."),
    };

    /// <summary>Forgets what was before, and is ready for a frame of <paramref name="length"/> bytes.</summary>
    public abstract void Begin(int length);

    /// <summary>Returns what was rented for the frame.</summary>
    public virtual void End()
    {
    }

    /// <summary>Cuts the bytes from <paramref name="start"/> up to <paramref name="end"/>; there is at least one.</summary>
    /// <param name="source">The content of the frame, the same in all calls; matches may begin anywhere before.</param>
    /// <param name="start">Where the block begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="repeats">The recent offsets before the block; gets those after it. An offset of 0 stands for one that is not known.</param>
    public abstract void Parse(ReadOnlySpan<byte> source, int start, int end, ref RepeatOffsets repeats);

    protected void Clear() => (_literalCount, _sequenceCount) = (0, 0);

    protected void AddLiterals(ReadOnlySpan<byte> literals)
    {
        literals.CopyTo(_literals.AsSpan(_literalCount));
        _literalCount += literals.Length;
    }

    /// <summary>Copies literals eight bytes at a time, for which there are at least eight bytes after them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void AddLiterals(ReadOnlySpan<byte> source, int from, int count)
    {
        unchecked
        {
            CopyWords(source, from, _literals, _literalCount, count);
            _literalCount += count;
        }
    }

    /// <summary>Adds the match after literals, whose offset becomes the first of the recent ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void AddMatch(int literals, int length, int offset, ref RepeatOffsets repeats)
    {
        unchecked
        {
            var value = repeats.Value(offset, literals > 0);
            repeats = repeats.After(value, offset, literals > 0);
            Item(_sequences, _sequenceCount++) = new Sequence(literals, length, value);
        }
    }
}
