using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.SquashFs;
using ReproBuild.Testing.Formats;

namespace ReproBuild.Outputs.Tests.SquashFs;

/// <summary>Trees and images for the tests.</summary>
internal sealed class SquashFsTesting : IDisposable
{
    private readonly ScratchSpace _scratch = new();

    public static SquashFsOptions Small { get; } = new() { BlockSize = 4096 };

    public void Dispose() => _scratch.Dispose();

    public Task<FileContent> CreateAsync(FileTree tree, SquashFsOptions? options = null) =>
        SquashFsImage.CreateAsync(tree, options ?? new SquashFsOptions(), _scratch, TestContext.Current.CancellationToken);

    public static FileTree Tree(params IEnumerable<(ByteString Path, Inode Inode)> entries) => SampleTree.Of(entries);

    public static Inode File(byte[] content) => SampleTree.File(content);

    public static Inode File(FileContent content) => SampleTree.File(content);

    public static Inode WithAttributes(FileType type, params (string Name, string Value)[] attributes) => new()
    {
        Type = type,
        Mode = (UnixFileMode)0b111_101_101,
        ModificationTime = new FileTime(1492533000),
        LinkTarget = type == FileType.SymbolicLink ? "somewhere" : ByteString.Empty,
        DeviceMajor = type == FileType.CharacterDevice ? 1u : 0,
        DeviceMinor = type == FileType.CharacterDevice ? 3u : 0,
        ExtendedAttributes = [.. attributes.Select(static a => new ExtendedAttribute(a.Name, a.Value))],
    };

    /// <summary>Bytes that do not compress.</summary>
    public static byte[] Noise(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static byte[] Text(int count, int seed)
    {
        var words = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => i % 8 == 7 ? (byte)' ' : (byte)('a' + words.Next(5)))];
    }
}
