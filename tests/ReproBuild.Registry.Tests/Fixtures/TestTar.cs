using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;

namespace ReproBuild.Registry.Tests.Fixtures;

/// <summary>Makes uncompressed layers.</summary>
internal static class TestTar
{
    public static Task<byte[]> OfAsync(string name, string content) => OfAsync((name, Encoding.UTF8.GetBytes(content)));

    public static async Task<byte[]> OfAsync(params (string Name, byte[] Content)[] files)
    {
        using var output = new MemoryStream();
        var writer = new TarWriter(output);
        foreach (var (name, content) in files)
        {
            var entry = new TarEntry { Type = TarEntryType.RegularFile, Name = name, Mode = (UnixFileMode)0b110_100_100, Size = content.Length };
            await writer.WriteAsync(entry, FileContent.FromBytes(content));
        }

        await writer.CompleteAsync();
        return output.ToArray();
    }
}
