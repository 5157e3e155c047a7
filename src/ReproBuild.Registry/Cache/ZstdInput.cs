using ReproBuild.Core.FileSystem;
using ReproBuild.Registry.Content;
using SharpCompress.Common;
using SharpCompress.Compressors.ZStandard;

namespace ReproBuild.Registry.Cache;

/// <summary>Uncompresses zstd (RFC 8878), and says of compressed data that are cut off that they are.</summary>
internal sealed class ZstdInput(Stream compressed) : ForwardReadStream
{
    private readonly DecompressionStream _zstd = new(compressed, bufferSize: 0, checkEndOfStream: true, leaveOpen: true);

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return _zstd.Read(buffer);
        }
        catch (IncompleteArchiveException e)
        {
            throw CutOff(e);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _zstd.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IncompleteArchiveException e)
        {
            throw CutOff(e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _zstd.Dispose();
        }

        base.Dispose(disposing);
    }

    private static InvalidDataException CutOff(IncompleteArchiveException cause) =>
        new("the compressed layer is cut off: its zstd data end inside a frame. Push the image again", cause);
}
