using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ReproBuild.Core.Compression;

namespace ReproBuild.Core.Tests.Compression;

/// <summary>
/// The encoders' inner loops read and write without bounds checks. Here their input and their output end where a page ends that is followed by
/// one without access: an index out of bounds ends the process.
/// </summary>
public sealed class UncheckedBytesTests
{
    private delegate int Compressor(ReadOnlySpan<byte> source, Span<byte> destination);

    [Theory]
    [InlineData(CompressionEffort.Fast)]
    [InlineData(CompressionEffort.Default)]
    [InlineData(CompressionEffort.Best)]
    public void Deflate_reads_and_writes_nothing_outside_of_the_buffers(CompressionEffort effort) => Check(
        (source, destination) => ZlibEncoder.Compress(source, destination, effort), ZlibEncoder.GetMaxCompressedLength);

    [Theory]
    [InlineData(CompressionEffort.Fast, 400)]
    [InlineData(CompressionEffort.Best, 320)]
    public void Zstandard_reads_and_writes_nothing_outside_of_the_buffers(CompressionEffort effort, int rounds) => Check(
        (source, destination) => ZstandardFrameEncoder.Compress(source, destination, effort), ZstandardFrameEncoder.GetMaxCompressedLength, rounds);

    private static void Check(Compressor compress, Func<int, int> maxLength, int rounds = 400)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The pages come from Linux's mmap.");
        using var source = new GuardedPages(192 * 1024);
        using var destination = new GuardedPages(256 * 1024);
        var random = new Random(11);
        for (var round = 0; round < rounds; round++)
        {
            var length = round < 300 ? round : random.Next(source.Length);
            var names = Corpus.Names.ToArray();
            var data = Corpus.Make(names[round % names.Length], length);
            foreach (var atEnd in new[] { true, false })
            {
                var input = source.Take(length, atEnd);
                data.CopyTo(input);
                var room = destination.Take(maxLength(length), atEnd);
                var written = compress(input, room);
                Assert.NotEqual(0, written);
                var exact = destination.Take(written, atEnd);
                Assert.Equal(written, compress(input, exact));
                Assert.Equal(0, compress(input, destination.Take(random.Next(written), atEnd)));
            }
        }
    }

    /// <summary>Memory with a page before and a page behind that cannot be touched.</summary>
    private sealed class GuardedPages : IDisposable
    {
        private const int Private = 2;
        private const int Anonymous = 0x20;
        private const int ReadAndWrite = 3;
        private const int PageSize = 64 * 1024;

        private readonly nint _start;

        public GuardedPages(int length)
        {
            Length = length;
            _start = Map(0, (nuint)(length + (2 * PageSize)), 0, Private | Anonymous, -1, 0);
            Assert.NotEqual(-1, _start);
            Assert.Equal(0, Protect(_start + PageSize, (nuint)length, ReadAndWrite));
        }

        public int Length { get; }

        public Span<byte> Take(int length, bool atEnd) => MemoryMarshal.CreateSpan(
            ref Unsafe.AddByteOffset(ref Unsafe.NullRef<byte>(), _start + PageSize + (atEnd ? Length - length : 0)), length);

        public void Dispose() => Assert.Equal(0, Unmap(_start, (nuint)(Length + (2 * PageSize))));

        [DllImport("libc", EntryPoint = "mmap")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

        [DllImport("libc", EntryPoint = "mprotect")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int Protect(nint address, nuint length, int protection);

        [DllImport("libc", EntryPoint = "munmap")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int Unmap(nint address, nuint length);
    }
}
