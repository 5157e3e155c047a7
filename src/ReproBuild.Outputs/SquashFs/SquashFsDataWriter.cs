using System.Buffers.Binary;
using System.Security.Cryptography;
using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>Writes data and fragment blocks in the order of the tree, and notes where everything lies.</summary>
/// <remarks>
/// Memory: two buffers of a block for each that is compressed at once, at most 32 by <see cref="MemoryBudget"/> (16 of 1 MiB), and for the
/// two that are being filled.
/// </remarks>
internal sealed class SquashFsDataWriter : IDisposable
{
    /// <summary>How many blocks of tails there are on average before one is cut short.</summary>
    private const uint RunBlocks = 8;

    private readonly SquashFsDuplicates _duplicates;
    private readonly Stream _destination;
    private readonly OrderedPipeline<SquashFsBlock> _pipeline;
    private readonly Dictionary<ByteString, SquashFsFragment> _tails = [];
    private readonly List<(long Start, uint Size)> _fragments = [];
    private readonly int _blockSize;
    private SquashFsBlock _tailBlock;
    private uint _fragmentCount;
    private long _position;

    /// <param name="destination">Receives the blocks.</param>
    /// <param name="position">Where in the image they begin, in bytes.</param>
    /// <param name="duplicates">What is stored once.</param>
    /// <param name="compressor">How blocks are compressed.</param>
    /// <param name="options">The size of a block, and how many are compressed at once.</param>
    public SquashFsDataWriter(
        Stream destination, long position, SquashFsDuplicates duplicates, SquashFsCompressor compressor, SquashFsOptions options)
    {
        (_destination, _position, _duplicates, _blockSize) = (destination, position, duplicates, options.BlockSize);
        _pipeline = new OrderedPipeline<SquashFsBlock>(
            () => new SquashFsBlock(compressor, options.BlockSize),
            static block => block.Compress(),
            MemoryBudget.MaxAtOnce(options.MaxParallelism, 2 * options.BlockSize));
        _tailBlock = _pipeline.Rent();
    }

    public async Task<SquashFsData> WriteAsync(IReadOnlyList<Inode> files, CancellationToken cancellationToken)
    {
        var data = new Dictionary<Inode, SquashFsFileData>(ReferenceEqualityComparer.Instance);
        foreach (var file in files)
        {
            data.Add(file, _duplicates.Find(file) ?? await WriteFileAsync(file, cancellationToken).ConfigureAwait(false));
        }

        await WriteTailBlockAsync(cancellationToken).ConfigureAwait(false);
        while (!_pipeline.IsEmpty)
        {
            await WriteNextAsync(cancellationToken).ConfigureAwait(false);
        }

        return new SquashFsData(data, _fragments);
    }

    public void Dispose() => _pipeline.Dispose();

    private async Task<SquashFsFileData> WriteFileAsync(Inode file, CancellationToken cancellationToken)
    {
        var content = file.Content;
        var data = new SquashFsFileData((int)(content.Length / _blockSize));
        var reader = new SquashFsBlockReader(content);
        for (var index = 0; index < data.BlockSizes.Length; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var block = _pipeline.Rent();
            if (!reader.TryRead((long)index * _blockSize, block.Buffer.Span))
            {
                data.Skip(_blockSize);
                _pipeline.Recycle(block);
                continue;
            }

            (block.Length, block.File, block.Index) = (_blockSize, data, index);
            await StartAsync(block, cancellationToken).ConfigureAwait(false);
        }

        data.Tail = await AddTailAsync(content, cancellationToken).ConfigureAwait(false);
        _duplicates.Add(file, data);
        return data;
    }

    /// <summary>Packs what is left after the whole blocks into the fragment block, unless an equal tail is stored already.</summary>
    private async ValueTask<SquashFsFragment> AddTailAsync(FileContent content, CancellationToken cancellationToken)
    {
        var length = (int)(content.Length % _blockSize);
        if (length == 0)
        {
            return SquashFsFileData.Empty.Tail;
        }

        var block = _pipeline.Rent();
        var tail = block.Buffer[..length];
        content.Read(content.Length - length, tail.Span);
        var digest = new ByteString(SHA256.HashData(tail.Span));
        if (!_tails.TryGetValue(digest, out var place))
        {
            if (_tailBlock.Length + length > _blockSize || EndsRun(digest, length))
            {
                await WriteTailBlockAsync(cancellationToken).ConfigureAwait(false);
                _tailBlock = _pipeline.Rent();
                _tailBlock.Length = 0;
            }

            place = new SquashFsFragment(_fragmentCount, (uint)_tailBlock.Length);
            tail.CopyTo(_tailBlock.Buffer[_tailBlock.Length..]);
            _tailBlock.Length += length;
            _tails.Add(digest, place);
        }

        _pipeline.Recycle(block);
        return place;
    }

    /// <summary>
    /// Whether a tail begins a block although it would fit into the last: then what changes in a tree changes only the blocks of tails near it, and
    /// not all that follow.
    /// </summary>
    private bool EndsRun(ByteString digest, int length) =>
        _tailBlock.Length > 0 && (ulong)BinaryPrimitives.ReadUInt32LittleEndian(digest.Span) * RunBlocks * (uint)_blockSize < (ulong)length << 32;

    private async ValueTask WriteTailBlockAsync(CancellationToken cancellationToken)
    {
        if (_tailBlock.Length > 0)
        {
            _tailBlock.File = null;
            _fragmentCount++;
            await StartAsync(_tailBlock, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask StartAsync(SquashFsBlock block, CancellationToken cancellationToken)
    {
        if (_pipeline.IsFull)
        {
            await WriteNextAsync(cancellationToken).ConfigureAwait(false);
        }

        _pipeline.Start(block);
    }

    private async ValueTask WriteNextAsync(CancellationToken cancellationToken)
    {
        var block = await _pipeline.TakeAsync().ConfigureAwait(false);
        await _destination.WriteAsync(block.Stored, cancellationToken).ConfigureAwait(false);
        if (block.File is { } file)
        {
            file.Place(block.Index, _position, block.StoredSize);
        }
        else
        {
            _fragments.Add((_position, block.StoredSize));
        }

        _position += block.Stored.Length;
        _pipeline.Recycle(block);
    }
}
