using System.Formats.Tar;

namespace ReproBuild.Core.Tests.Building;

/// <summary>Tars made by the framework, not by the code under test.</summary>
internal static class TarBytes
{
    public static byte[] Of(string path, string text)
    {
        using var output = new MemoryStream();
        using (var writer = new TarWriter(output, TarEntryFormat.Ustar, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)) });
        }

        return output.ToArray();
    }
}
