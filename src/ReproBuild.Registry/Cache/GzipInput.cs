using System.IO.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Registry.Content;

namespace ReproBuild.Registry.Cache;

/// <summary>Uncompresses gzip, and fails where the compressed data are cut off, which <see cref="GZipStream"/> takes for their end.</summary>
/// <remarks>
/// <see cref="GZipStream"/> reads any number of members (RFC 1952, 2.2) and does not tell whether the last one was whole. So one more member
/// follows the input here. Its content comes out, after all of the input's, only if the input ended where a member ends.
/// </remarks>
internal sealed class GzipInput : ForwardReadStream
{
    // A member with one stored block.
    private static readonly byte[] Seal =
    [
        0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 0x01, 8, 0, 0xF7, 0xFF, .. "complete"u8, 0x23, 0xD0, 0x67, 0x42, 8, 0, 0, 0,
    ];

    private readonly SealedInput _input;
    private readonly GZipStream _gzip;
    private bool _isComplete;

    public GzipInput(Stream compressed)
    {
        _input = new SealedInput(compressed);
        _gzip = new GZipStream(_input, CompressionMode.Decompress);
    }

    private static ReadOnlySpan<byte> SealContent => "complete"u8;

    public override int Read(Span<byte> buffer)
    {
        if (_isComplete || buffer.IsEmpty)
        {
            return 0;
        }

        try
        {
            var count = _gzip.Read(buffer);
            return _input.HasEnded ? Finish(buffer[..count]) : count;
        }
        catch (InvalidDataException e) when (_input.HasEnded)
        {
            throw CutOff(e);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isComplete || buffer.IsEmpty)
        {
            return 0;
        }

        try
        {
            var count = await _gzip.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            return _input.HasEnded ? Finish(buffer.Span[..count]) : count;
        }
        catch (InvalidDataException e) when (_input.HasEnded)
        {
            throw CutOff(e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gzip.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Takes what came out once the input had ended: the seal, and nothing else.</summary>
    private int Finish(ReadOnlySpan<byte> first)
    {
        Span<byte> content = stackalloc byte[SealContent.Length + 1];
        if (first.Length > content.Length)
        {
            throw CutOff();
        }

        first.CopyTo(content);
        var count = first.Length + _gzip.ReadAtLeast(content[first.Length..], content.Length - first.Length, throwOnEndOfStream: false);
        _isComplete = content[..count].SequenceEqual(SealContent);
        return _isComplete ? 0 : throw CutOff();
    }

    private InvalidDataException CutOff(Exception? cause = null) => new(
        $"the compressed layer is cut off: its gzip data end at byte {_input.Count} inside a member. Push the image again", cause);

    /// <summary>The input, and after its end the seal.</summary>
    private sealed class SealedInput(Stream compressed) : ForwardReadStream
    {
        private int _given;

        /// <summary>Whether the input's end was found: what is read from then on is the seal.</summary>
        public bool HasEnded { get; private set; }

        /// <summary>How many bytes the input has had so far.</summary>
        public long Count { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            var count = HasEnded ? 0 : compressed.Read(buffer);
            return count > 0 ? Take(count) : Give(buffer);
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = HasEnded ? 0 : await compressed.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            return count > 0 ? Take(count) : Give(buffer.Span);
        }

        private int Take(int count)
        {
            Count += count;
            return count;
        }

        private int Give(Span<byte> buffer)
        {
            HasEnded = true;
            var count = Math.Min(buffer.Length, Seal.Length - _given);
            Seal.AsSpan(_given, count).CopyTo(buffer);
            _given += count;
            return count;
        }
    }
}
