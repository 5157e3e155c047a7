using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;

namespace ReproBuild.Benchmarks;

/// <summary>What is measured with: bytes of a real root file system, and the same as files.</summary>
internal static class Sample
{
    private const string Variable = "REPROBUILD_BENCHMARK_INPUT";
    private const int FileCount = 10_000;

    /// <summary>16 MiB of the file that a variable names, or else of this process's own runtime libraries.</summary>
    public static byte[] Bytes { get; } = Read(16 * 1024 * 1024);

    /// <summary>The paths of 10,000 files in 100 directories.</summary>
    public static IReadOnlyList<ByteString> Paths { get; } = [.. Enumerable.Range(0, FileCount).Select(Path)];

    /// <summary>Their contents, slices of the bytes of 0 to 20 kB.</summary>
    public static IReadOnlyList<FileContent> Contents { get; } = [.. Enumerable.Range(0, FileCount).Select(Content)];

    /// <summary>A layer of these files, uncompressed.</summary>
    public static async Task<byte[]> CreateLayerAsync()
    {
        using var archive = new MemoryStream();
        await WriteLayerAsync(archive).ConfigureAwait(false);
        return archive.ToArray();
    }

    public static async Task WriteLayerAsync(Stream output)
    {
        var writer = new TarWriter(output);
        for (var i = 0; i < FileCount; i++)
        {
            var entry = new TarEntry { Name = Paths[i], Type = TarEntryType.RegularFile, Mode = (UnixFileMode)0b110_100_100, Size = Contents[i].Length };
            await writer.WriteAsync(entry, Contents[i]).ConfigureAwait(false);
        }

        await writer.CompleteAsync().ConfigureAwait(false);
    }

    private static ByteString Path(int i) => $"usr/share/directory-{i % 100:00}/file-{i:00000}";

    private static FileContent Content(int i)
    {
        var length = i * 7919 % 20_000;
        return FileContent.FromBytes(Bytes.AsMemory((int)((long)i * 104_729 % (Bytes.Length - length)), length));
    }

    private static byte[] Read(int length)
    {
        IEnumerable<string> files = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file
            ? [file]
            : Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(typeof(object).Assembly.Location)!).Order(StringComparer.Ordinal);
        var bytes = new MemoryStream(length);
        foreach (var path in files.TakeWhile(_ => bytes.Length < length))
        {
            using var stream = File.OpenRead(path);
            stream.CopyTo(bytes);
        }

        return bytes.GetBuffer().AsSpan(0, (int)Math.Min(length, bytes.Length)).ToArray();
    }
}
