using System.Collections.Immutable;
using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Images;
using ReproBuild.Core.Layers;
using ReproBuild.Core.Tar;

namespace ReproBuild.Build.Tests.Memory;

/// <summary>An image of one layer whose files are generated as they are read.</summary>
internal sealed class GeneratedImage(ImageReference reference, params (string Name, long Size)[] files) : IImage
{
    public ImageReference Reference => reference;

    public Digest Digest { get; } = Digest.OfSha256(Encoding.UTF8.GetBytes(reference.ToString()));

    public Digest ManifestDigest => Digest;

    public ImageConfiguration Configuration { get; } = new() { Platform = Platform.Linux("amd64") };

    public int LayerCount => 1;

    public long CompressedSize => files.Sum(static file => file.Size);

    public Task<Layer> GetLayerAsync(int index, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var entries = ImmutableArray.CreateBuilder<TarEntry>();
        long offset = 0;
        foreach (var (name, size) in files)
        {
            entries.Add(new TarEntry { Type = TarEntryType.RegularFile, Name = name, Mode = (UnixFileMode)0b110_100_100, Size = size, DataOffset = offset });
            offset += size;
        }

        return Task.FromResult(new Layer(Digest, new GeneratedBlob(offset), new LayerIndex(entries.ToImmutable())));
    }

    public Task<ImmutableArray<FileContent>> GetSpdxDocumentsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(ImmutableArray<FileContent>.Empty);
}
