using System.Globalization;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Content;

/// <summary>A blob as it arrives: written, hashed and counted, perhaps over several connections.</summary>
internal sealed class BlobReceiver(ImageReference repository, OciDescriptor descriptor, Stream destination, IProgress<long>? progress) : IDisposable
{
    private const string Remedy = "The registry or something on the way to it changes content: try again, or use another mirror.";

    private readonly ContentHash _hash = new(descriptor.Digest);
    private long _reported;

    /// <summary>How many bytes are there.</summary>
    public long Received { get; private set; }

    /// <summary>How many bytes were ever there: only more of them is progress.</summary>
    public long Farthest => _reported;

    public bool IsComplete => Received == descriptor.Size;

    /// <exception cref="IntegrityException">There are more bytes than the descriptor says.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (bytes.Length > descriptor.Size - Received)
        {
            throw new IntegrityException(string.Create(
                CultureInfo.InvariantCulture,
                $"{NameOf(repository, descriptor)}: more than the {descriptor.Size} bytes that its descriptor says arrive. {Remedy}"));
        }

        await destination.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        _hash.Append(bytes.Span);
        Received += bytes.Length;
        if (Received > _reported)
        {
            progress?.Report(Received - _reported);
            _reported = Received;
        }
    }

    /// <summary>Starts from the first byte again.</summary>
    public void Restart()
    {
        destination.SetLength(0);
        destination.Position = 0;
        _hash.Finish();
        Received = 0;
    }

    /// <summary>Checks the whole.</summary>
    /// <exception cref="IntegrityException">The digest is wrong.</exception>
    public void Verify()
    {
        var got = _hash.Finish();
        if (got != descriptor.Digest)
        {
            throw new IntegrityException(string.Create(
                CultureInfo.InvariantCulture,
                $"{NameOf(repository, descriptor)}: the digest is {got} instead of {descriptor.Digest} after {Received} bytes. {Remedy}"));
        }
    }

    /// <summary>How messages name a blob.</summary>
    public static string NameOf(ImageReference repository, OciDescriptor descriptor) =>
        $"the blob {descriptor.Digest} of {repository.Registry}/{repository.Repository}";

    public void Dispose() => _hash.Dispose();
}
