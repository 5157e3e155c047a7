using System.Collections.Immutable;
using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Pieces;

/// <summary>Compresses pieces to one stream: each kind of piece once, and none that the store has.</summary>
/// <param name="format">How the stream is put together.</param>
/// <param name="store">Where compressed pieces are kept, or null.</param>
/// <param name="maxParallelism">How many pieces are compressed at once, at least 1; more than 16 count as 16.</param>
internal sealed class PieceCompressor(PieceFormat format, IPieceStore? store, int maxParallelism)
{
    /// <summary>Bounds the memory, however many threads a caller allows.</summary>
    private const int MaxPieces = 16;

    /// <summary>Compresses into scratch space.</summary>
    /// <param name="pieces">The pieces of the stream, in order.</param>
    /// <param name="scratch">Where the compressed pieces lie; the result can be read until it is disposed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="IOException">A content cannot be read.</exception>
    /// <exception cref="ReproBuildException">A content is damaged, or the scratch space cannot be written.</exception>
    public async Task<FileContent> CompressAsync(
        ImmutableArray<ContentPiece> pieces, ScratchSpace scratch, CancellationToken cancellationToken)
    {
        var (unique, order) = FindUnique(pieces);
        var places = new Place[unique.Count];
        var compressed = await scratch.CreateAsync(
            (destination, token) => WriteAsync(unique, places, destination, token), cancellationToken).ConfigureAwait(false);
        var stream = new FileContentBuilder().Append(format.Header);
        var input = default(CheckedLength);
        foreach (var place in order.Select(index => places[index]))
        {
            stream.Append(compressed.Slice(place.Offset, place.Length));
            input = input.Append(place.Input);
        }

        return stream.Append(format.MakeEnd(input)).Build();
    }

    /// <summary>The pieces without those that are known to be like an earlier one, and for each piece the place of the one to take.</summary>
    private static (List<ContentPiece> Unique, int[] Order) FindUnique(ImmutableArray<ContentPiece> pieces)
    {
        var unique = new List<ContentPiece>();
        var known = new Dictionary<ByteString, int>();
        var order = new int[pieces.Length];
        for (var i = 0; i < pieces.Length; i++)
        {
            var identity = new ByteString(pieces[i].Identity.Span);
            if (identity.IsEmpty || !known.TryGetValue(identity, out order[i]))
            {
                order[i] = unique.Count;
                unique.Add(pieces[i]);
                if (!identity.IsEmpty)
                {
                    known.Add(identity, order[i]);
                }
            }
            else
            {
                ContentReads.Add(pieces[i].FileLength);
            }
        }

        return (unique, order);
    }

    private async Task WriteAsync(List<ContentPiece> pieces, Place[] places, Stream destination, CancellationToken cancellationToken)
    {
        using var pipeline = new OrderedPipeline<PieceWork>(
            () => new PieceWork(format, store), static work => work.Run(), Math.Min(maxParallelism, MaxPieces));
        long offset = 0;
        for (int started = 0, written = 0; written < pieces.Count; written++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (; started < pieces.Count && !pipeline.IsFull; started++)
            {
                var next = pipeline.Rent();
                next.Piece = pieces[started];
                pipeline.Start(next);
            }

            var work = await pipeline.TakeAsync().ConfigureAwait(false);
            await destination.WriteAsync(work.Encoded, cancellationToken).ConfigureAwait(false);
            places[written] = new Place(offset, work.Encoded.Length, work.Input);
            offset += work.Encoded.Length;
            pipeline.Recycle(work);
        }
    }

    /// <summary>Where a compressed piece lies in the scratch file.</summary>
    private readonly record struct Place(long Offset, int Length, CheckedLength Input);
}
