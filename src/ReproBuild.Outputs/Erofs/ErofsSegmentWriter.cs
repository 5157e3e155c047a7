using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Erofs;

/// <summary>Compresses files segment by segment, and writes their blocks in order.</summary>
/// <remarks>
/// Memory: two buffers of a segment for each that is compressed at once, at most 8 by <see cref="MemoryBudget"/>, and for the one that is
/// being filled: 36 MiB.
/// </remarks>
internal sealed class ErofsSegmentWriter(Stream destination, int maxParallelism) : IDisposable
{
    private readonly OrderedPipeline<ErofsSegment> _pipeline = new(
        static () => new ErofsSegment(), static segment => segment.Compress(), MemoryBudget.MaxAtOnce(maxParallelism, 2 * ErofsSegment.Size));
    private long _position;

    /// <summary>Starts a file; what it becomes is known after <see cref="FlushAsync"/>.</summary>
    public async Task<ErofsCompressedFile> WriteAsync(FileContent content, CancellationToken cancellationToken)
    {
        var file = new ErofsCompressedFile(content.Length);
        for (long offset = 0; offset < content.Length; offset += ErofsSegment.Size)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var segment = _pipeline.Rent();
            segment.File = file;
            segment.Length = content.Read(offset, segment.Buffer.Span);
            if (_pipeline.IsFull)
            {
                await WriteNextAsync(cancellationToken).ConfigureAwait(false);
            }

            _pipeline.Start(segment);
        }

        return file;
    }

    /// <summary>Writes what is still on its way.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        while (!_pipeline.IsEmpty)
        {
            await WriteNextAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _pipeline.Dispose();

    private async ValueTask WriteNextAsync(CancellationToken cancellationToken)
    {
        var segment = await _pipeline.TakeAsync().ConfigureAwait(false);
        await destination.WriteAsync(segment.Blocks, cancellationToken).ConfigureAwait(false);
        segment.File!.Append(segment.Extents, _position);
        _position += segment.Blocks.Length;
        _pipeline.Recycle(segment);
    }
}
