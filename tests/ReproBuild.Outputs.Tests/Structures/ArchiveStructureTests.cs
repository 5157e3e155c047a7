using System.Globalization;
using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Kernels;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.Structures;

/// <summary>The headers of a small tree's archives.</summary>
public sealed class ArchiveStructureTests
{
    private const int TarBlock = 512;
    private const int NewcHeaderSize = 110;

    private readonly StructureSnapshot _snapshot = new();

    [Fact]
    public async Task Tar()
    {
        var archive = await WriteAsync("tar", ".tar", kernel: null);
        for (var position = 0; position < archive.Length; position += TarBlock)
        {
            var header = archive.AsSpan(position, TarBlock);
            if (!header.ContainsAnyExcept((byte)0))
            {
                _snapshot.AddText("end", $"  zeros {archive.Length - position}");
                break;
            }

            _snapshot.Add($"header at {position}", ArchiveStructures.UstarHeader, header);
            var size = Convert.ToInt32(Encoding.ASCII.GetString(header.Slice(124, 11)), fromBase: 8);
            if (header[156] is (byte)'x' or (byte)'g')
            {
                _snapshot.AddText("records", StructureField.Printable(archive.AsSpan(position + TarBlock, size)).TrimEnd('\n'));
            }

            position += (size + TarBlock - 1) / TarBlock * TarBlock;
        }

        _snapshot.AssertEquals("tar");
    }

    [Fact]
    public void Cpio()
    {
        var archive = CpioImage.Create(Tree()).ToArray();
        var name = "";
        for (var position = 0; name != "TRAILER!!!";)
        {
            var header = archive.AsSpan(position, NewcHeaderSize);
            _snapshot.Add($"header at {position}", ArchiveStructures.NewcHeader, header);
            var nameSize = Hexadecimal(header[94..]);
            name = Encoding.Latin1.GetString(archive, position + NewcHeaderSize, nameSize - 1);
            _snapshot.AddText("name", "  " + StructureField.Printable(archive.AsSpan(position + NewcHeaderSize, nameSize)));
            position = Align(Align(position + NewcHeaderSize + nameSize) + Hexadecimal(header[54..]));
        }

        _snapshot.AssertEquals("cpio");
    }

    [Fact]
    public async Task Gzip()
    {
        var kernel = new KernelFiles(SyntheticKernel.BzImage(), "console=ttyS0", Microcode: null);
        var initrd = await WriteAsync("kernel+initrd", "-initrd.img", kernel);
        _snapshot.Add("header", ArchiveStructures.GzipHeader, initrd).Add("trailer", ArchiveStructures.GzipTrailer, initrd.AsSpan(initrd.Length - 8));
        _snapshot.AssertEquals("gzip");
    }

    private static async Task<byte[]> WriteAsync(string format, string suffix, KernelFiles? kernel) =>
        (await new FormatRun { Root = Tree(), Kernel = kernel }.WriteAsync(
            StandardOutputFormats.All.Single(f => f.Name == format), TestContext.Current.CancellationToken))[suffix];

    /// <summary>A tree with each kind of header once.</summary>
    private static FileTree Tree()
    {
        var tree = new FileTreeBuilder();
        tree.Add("bin", SampleTree.Directory());
        tree.Add("bin/a", Program());
        tree.Add("bin/link", SampleTree.SymbolicLink("a"));
        var shared = SampleTree.File("shared"u8.ToArray());
        tree.Add("bin/one", shared);
        tree.Add("bin/two", shared);
        tree.Add("dev", SampleTree.Directory());
        tree.Add("dev/console", new Inode { Type = FileType.CharacterDevice, Mode = (UnixFileMode)0b110_000_000, DeviceMajor = 5, DeviceMinor = 1 });
        tree.Add(new string('n', 101), SampleTree.File(ReadOnlyMemory<byte>.Empty));
        tree.Add(new ByteString([(byte)'z', 0xFF]), SampleTree.File(ReadOnlyMemory<byte>.Empty, owner: 4_000_000_000));
        return tree.Build();
    }

    private static Inode Program() => new()
    {
        Type = FileType.RegularFile,
        Mode = (UnixFileMode)0b100_111_101_101,
        UserId = 1000,
        GroupId = 100,
        ModificationTime = new FileTime(1_500_000_000, 500_000_000),
        Content = FileContent.FromBytes("program"u8.ToArray()),
        ExtendedAttributes = [new("user.note", "value")],
    };

    private static int Hexadecimal(ReadOnlySpan<byte> field) => int.Parse(Encoding.ASCII.GetString(field[..8]), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static int Align(int position) => (position + 3) / 4 * 4;
}
