using System.Security.Cryptography;

namespace ReproBuild.Conformance;

/// <summary>Hashes an artifact and discards it, and records everything but forward writes.</summary>
internal sealed class WatchedStream(string suffix, ArtifactLog log) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _length;

    public string Suffix => suffix;

    /// <summary>In lower-case hexadecimal; null until the stream is disposed.</summary>
    public string? Sha256 { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => Sha256 is null;

    public override long Length => throw Refuse("Length was read");

    public override long Position
    {
        get => _length;
        set => throw Refuse("Position was set");
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Sha256 is not null)
        {
            log.Add(ConformanceRule.ForwardOnly, $"The artifact '{suffix}' was written after its stream was disposed.");
            throw new ObjectDisposedException(suffix);
        }

        log.Hooks.BeforeWrite?.Invoke(log.Written, buffer.Length);
        Accept(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw Refuse("Read was called");

    public override long Seek(long offset, SeekOrigin origin) => throw Refuse("Seek was called");

    public override void SetLength(long value) => throw Refuse("SetLength was called");

    protected override void Dispose(bool disposing)
    {
        if (disposing && Sha256 is null)
        {
            Sha256 = Convert.ToHexStringLower(_hash.GetHashAndReset());
            _hash.Dispose();
            log.Hooks.BeforeDispose?.Invoke();
        }

        base.Dispose(disposing);
    }

    private void Accept(ReadOnlySpan<byte> buffer)
    {
        _hash.AppendData(buffer);
        _length += buffer.Length;
        log.Count(buffer.Length);
    }

    private NotSupportedException Refuse(string what)
    {
        log.Add(ConformanceRule.ForwardOnly, $"{what} on the stream of the artifact '{suffix}'.");
        return new NotSupportedException("An artifact is written forward only.");
    }
}
