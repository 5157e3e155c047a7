using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;

namespace ReproBuild.Testing.Images;

/// <summary>A layer of a few regular files, as an archive.</summary>
public static class SmallLayer
{
    public static async Task<byte[]> TarAsync(IEnumerable<(string Name, byte[] Content)> files)
    {
        using var output = new MemoryStream();
        var writer = new TarWriter(output);
        foreach (var (name, content) in files)
        {
            var entry = new TarEntry { Type = TarEntryType.RegularFile, Name = name, Mode = (UnixFileMode)0b111_101_101, Size = content.Length };
            await writer.WriteAsync(entry, FileContent.FromBytes(content));
        }

        await writer.CompleteAsync();
        return output.ToArray();
    }
}
