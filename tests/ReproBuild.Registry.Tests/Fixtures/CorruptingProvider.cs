using ReproBuild.Registry.Content;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Tests.Fixtures;

/// <summary>Sends one blob with a flipped bit.</summary>
internal sealed class CorruptingProvider(TestImages images, Digest corrupted) : IContentProvider
{
    public Task<ManifestContent> GetManifestAsync(ImageReference reference, CancellationToken cancellationToken) =>
        images.GetManifestAsync(reference, cancellationToken);

    public async Task DownloadBlobAsync(
        ImageReference repository, OciDescriptor descriptor, Stream destination, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        if (descriptor.Digest != corrupted)
        {
            await images.DownloadBlobAsync(repository, descriptor, destination, progress, cancellationToken);
            return;
        }

        var content = (byte[])images.Blobs[descriptor.Digest.ToString()].Clone();
        content[content.Length / 2] ^= 1;
        await destination.WriteAsync(content, cancellationToken);
    }
}
