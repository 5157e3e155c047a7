using System.Security.Cryptography;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Artifacts;

/// <summary>Measures and hashes what a format writes on its way to the sink.</summary>
internal sealed class ArtifactStream(Stream inner) : ForwardWriteStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _disposed;

    public long Size { get; private set; }

    /// <summary>Set when the stream has been disposed.</summary>
    public Digest? Digest { get; private set; }

    public override bool CanWrite => !_disposed;

    public override long Position
    {
        get => Size;
        set => base.Position = value;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);
        Count(buffer);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        Count(buffer.Span);
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            await inner.DisposeAsync().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            Digest = Digest.FromSha256(_hash.GetHashAndReset());
            _hash.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Count(ReadOnlySpan<byte> written)
    {
        _hash.AppendData(written);
        Size += written.Length;
    }
}
