using System.Collections.Immutable;
using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Images;
using ReproBuild.Core.Layers;
using ReproBuild.Core.Tar;

namespace ReproBuild.PublicApi.Tests.Custom;

/// <summary>An image of one layer: a tar archive of text files in memory.</summary>
internal sealed class ArchiveImage(ImageReference reference, byte[] archive) : IImage
{
    public ImageReference Reference => reference;

    public Digest Digest { get; } = Digest.OfSha256(archive);

    public Digest ManifestDigest => Digest;

    public ImageConfiguration Configuration { get; } = new() { Platform = Platform.Linux("amd64") };

    public int LayerCount => 1;

    public long CompressedSize => archive.Length;

    public static async Task<ArchiveImage> CreateAsync(string reference, params (string Path, string Text)[] files)
    {
        var archive = new MemoryStream();
        var writer = new TarWriter(archive);
        foreach (var (path, text) in files)
        {
            var content = FileContent.FromBytes(Encoding.UTF8.GetBytes(text));
            await writer.WriteAsync(new TarEntry { Type = TarEntryType.RegularFile, Name = path, Mode = (UnixFileMode)0b111_101_101, Size = content.Length }, content);
        }

        await writer.CompleteAsync();
        return new ArchiveImage(ImageReference.Parse(reference), archive.ToArray());
    }

    public async Task<Layer> GetLayerAsync(int index, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var entries = await LayerIndex.FromTarAsync(new MemoryStream(archive), InputLimits.Default, cancellationToken);
        progress?.Report(archive.Length);
        return new Layer(Digest, Blob.FromBytes(archive), entries);
    }

    public Task<ImmutableArray<FileContent>> GetSpdxDocumentsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(ImmutableArray<FileContent>.Empty);
}
