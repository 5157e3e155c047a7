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
    [Theory]
    [InlineData(CompressionEffort.Fast)]
    [InlineData(CompressionEffort.Default)]
    [InlineData(CompressionEffort.Best)]
    public void Nothing_is_read_or_written_outside_of_the_buffers(CompressionEffort effort)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The pages come from Linux's mmap.");
        using var source = new GuardedPages(64 * 1024);
        using var destination = new GuardedPages(128 * 1024);
        var random = new Random(11);
        for (var round = 0; round < 400; round++)
        {
            var length = round < 300 ? round : random.Next(source.Length);
            var names = Corpus.Names.ToArray();
            var data = Corpus.Make(names[round % names.Length], length);
            foreach (var atEnd in new[] { true, false })
            {
                var input = source.Take(length, atEnd);
                data.CopyTo(input);
                var room = destination.Take(ZlibEncoder.GetMaxCompressedLength(length), atEnd);
                var written = ZlibEncoder.Compress(input, room, effort);
                Assert.NotEqual(0, written);
                var exact = destination.Take(written, atEnd);
                Assert.Equal(written, ZlibEncoder.Compress(input, exact, effort));
                Assert.Equal(0, ZlibEncoder.Compress(input, destination.Take(random.Next(written), atEnd), effort));
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
