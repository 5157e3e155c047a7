using EmbeddedRegistry;
using ReproBuild;
using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;

namespace QuickStart;

/// <summary>Writes a layer with ReproBuild's own tar writer and gzip stream, so that its digest is the same on every machine.</summary>
internal sealed class LayerWriter : IDisposable
{
    private readonly MemoryStream _archive = new();
    private readonly TarWriter _tar;

    public LayerWriter() => _tar = new TarWriter(_archive);

    /// <summary>Adds a directory.</summary>
    public Task AddDirectoryAsync(ByteString name) => _tar.WriteAsync(new TarEntry
    {
        Type = TarEntryType.Directory,
        Name = name,
        Mode = (UnixFileMode)0b111_101_101,
        ModificationTime = new FileTime(BuildOptions.LinuxKitEpoch),
    });

    /// <summary>Adds a file.</summary>
    public Task AddFileAsync(ByteString name, byte[] content, bool executable = false) => _tar.WriteAsync(
        new TarEntry
        {
            Type = TarEntryType.RegularFile,
            Name = name,
            Mode = (UnixFileMode)(executable ? 0b111_101_101 : 0b110_100_100),
            ModificationTime = new FileTime(BuildOptions.LinuxKitEpoch),
            Size = content.Length,
        },
        FileContent.FromBytes(content));

    /// <summary>The tar alone.</summary>
    public async Task<byte[]> FinishTarAsync()
    {
        await _tar.CompleteAsync();
        return _archive.ToArray();
    }

    /// <summary>The layer, in gzip.</summary>
    public async Task<ImageLayer> FinishAsync()
    {
        var tar = await FinishTarAsync();
        using var compressed = new MemoryStream();
        await using (var gzip = new DeterministicGzipStream(compressed, leaveOpen: true))
        {
            await gzip.WriteAsync(tar);
        }

        return new ImageLayer(ImageLayer.TarGzip, compressed.ToArray(), RegistryContent.DigestOf(tar));
    }

    public void Dispose() => _archive.Dispose();
}
