using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;

namespace ReproBuild.Registry.Cache;

/// <summary>An uncompressed layer, verified as it is read; what turns out to be damaged is made again while it is read.</summary>
/// <param name="record">What the archive must be.</param>
/// <param name="archive">The archive.</param>
/// <param name="remake">Makes the archive again.</param>
internal sealed class LayerArchive(LayerRecord record, Blob archive, Func<Blob> remake) : Blob, IDisposable
{
    // On a disk that damages everything, making it again helps no more.
    private const int MaxRemakes = 3;

    private readonly Lock _gate = new();

    // Other readers may still be reading those that turned out to be damaged.
    private readonly List<VerifiedBlob> _damaged = [];
    private volatile VerifiedBlob _current = record.Verify(archive);
    private volatile bool _isDisposed;
    private int _remakes;

    public override long Length => _current.Length;

    public override int Read(long offset, Span<byte> buffer)
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var current = _current;
            try
            {
                return current.Read(offset, buffer);
            }
            catch (Exception e) when (e is IntegrityException or IOException)
            {
                Replace(current, e);
            }
        }
    }

    /// <summary>Closes the files; the archive can no longer be read.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        lock (_gate)
        {
            _current.Dispose();
            _damaged.ForEach(static blob => blob.Dispose());
        }
    }

    private void Replace(VerifiedBlob damaged, Exception cause)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_current != damaged)
            {
                return;
            }

            if (++_remakes > MaxRemakes)
            {
                throw new IntegrityException(
                    $"The uncompressed layer {record.DiffId} in the image cache was damaged again and again while it was read. "
                    + $"Check the disk, or choose another cache directory. {cause.Message}", cause);
            }

            var made = record.Verify(remake());
            _damaged.Add(damaged);
            _current = made;
        }
    }
}
