using ReproBuild.Core.Tar;

namespace ReproBuild.Core.Tests.Tar;

/// <summary>Reads and writes whole archives in memory.</summary>
internal static class TarArchives
{
    public static async Task<List<(TarEntry Entry, byte[] Content)>> Read(Stream archive, InputLimits? limits = null)
    {
        var entries = new List<(TarEntry, byte[])>();
        using var reader = new TarReader(archive, limits);
        while (await reader.ReadEntryAsync() is { } entry)
        {
            var content = new MemoryStream();
            await reader.OpenContent().CopyToAsync(content);
            entries.Add((entry, content.ToArray()));
        }

        return entries;
    }

    public static Task<List<(TarEntry Entry, byte[] Content)>> Read(byte[] archive, InputLimits? limits = null) =>
        Read(new MemoryStream(archive), limits);

    public static async Task<byte[]> Write(params (TarEntry Entry, byte[] Content)[] entries)
    {
        var output = new MemoryStream();
        var writer = new TarWriter(output);
        foreach (var (entry, content) in entries)
        {
            await writer.WriteAsync(entry, new MemoryStream(content));
        }

        await writer.CompleteAsync();
        return output.ToArray();
    }

    public static Task<byte[]> Write(params TarEntry[] entries) => Write([.. entries.Select(entry => (entry, new byte[entry.Size]))]);

    public static TarEntry File(ByteString name, long size = 0) => new() { Type = TarEntryType.RegularFile, Name = name, Mode = (UnixFileMode)420, Size = size };

    /// <summary>What a reader must give for what a writer was given: the place in the archive aside, equal.</summary>
    public static void AssertSame(TarEntry expected, TarEntry actual)
    {
        Assert.Equal(expected.ExtendedAttributes, actual.ExtendedAttributes);
        Assert.Equal(expected.PaxRecords, actual.PaxRecords);
        Assert.Equal(
            expected with { ExtendedAttributes = [], PaxRecords = [], DataOffset = 0, SparseExtents = default },
            actual with { ExtendedAttributes = [], PaxRecords = [], DataOffset = 0, SparseExtents = default });
    }
}
