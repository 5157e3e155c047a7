using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Testing.Formats;

namespace ReproBuild.Outputs.Tests.Initrd;

public sealed class CpioImageTests
{
    [Fact]
    public void Names_and_data_begin_at_multiples_of_four_and_the_trailer_ends_the_archive()
    {
        var builder = new FileTreeBuilder();
        builder.Add("a", SampleTree.Directory());
        builder.Add("a/bc", SampleTree.File("hello"u8.ToArray()));

        Assert.Equal(
            "070701" + "00000000" + "000041ED" + "00000000" + "00000000" + "00000001" + "58F63F08" + "00000000" +
            "00000000" + "00000000" + "00000000" + "00000000" + "00000002" + "00000000" + "a\0" +
            "070701" + "00000000" + "000081A4" + "00000000" + "00000000" + "00000001" + "58F63F08" + "00000005" +
            "00000000" + "00000000" + "00000000" + "00000000" + "00000005" + "00000000" + "a/bc\0" + "\0" + "hello\0\0\0" +
            "070701" + "00000000" + "00000000" + "00000000" + "00000000" + "00000001" + "00000000" + "00000000" +
            "00000000" + "00000000" + "00000000" + "00000000" + "0000000B" + "00000000" + "TRAILER!!!\0\0\0\0",
            Encoding.Latin1.GetString(Bytes(builder.Build())));
    }

    [Fact]
    public void The_last_name_of_an_inode_has_its_data_and_every_name_its_number_and_link_count()
    {
        var shared = SampleTree.File("data"u8.ToArray());
        var builder = new FileTreeBuilder();
        builder.Add("1", shared);
        builder.Add("2", SampleTree.File("x"u8.ToArray()));
        builder.Add("3", shared);

        var text = Encoding.Latin1.GetString(Bytes(builder.Build()));

        Assert.Equal(["B6ECC8B2 00000002 00000000", "00000000 00000001 00000001", "B6ECC8B2 00000002 00000004"],
            [.. Headers(text).Take(3).Select(static h => $"{h[6..14]} {h[38..46]} {h[54..62]}")]);
    }

    /// <summary>Every number that the hash of a name gives is tried with names that have it too.</summary>
    [Fact]
    public void No_two_inodes_with_several_names_have_one_number()
    {
        // These two names have the same XXH32.
        var (one, two) = FindCollision();
        Inode[] inodes = [SampleTree.File("1"u8.ToArray()), SampleTree.File("2"u8.ToArray())];
        var builder = new FileTreeBuilder();
        foreach (var (name, inode) in new[] { (one, inodes[0]), (two, inodes[1]), ("zz1", inodes[0]), ("zz2", inodes[1]) })
        {
            builder.Add(name, inode);
        }

        var numbers = Headers(Encoding.Latin1.GetString(Bytes(builder.Build()))).Take(4)
            .Select(static h => Convert.ToUInt32(h[6..14], 16)).ToList();
        Assert.Equal([numbers[0], numbers[1], numbers[0], numbers[1]], numbers);
        Assert.Equal(numbers[0] + 1, numbers[1]);
    }

    private static (string First, string Second) FindCollision()
    {
        var names = new Dictionary<uint, string>();
        for (var i = 0; ; i++)
        {
            var name = i.ToString("x", CultureInfo.InvariantCulture);
            if (!names.TryAdd(XxHash32.HashToUInt32(Encoding.ASCII.GetBytes(name)), name))
            {
                var other = names[XxHash32.HashToUInt32(Encoding.ASCII.GetBytes(name))];
                return string.CompareOrdinal(name, other) < 0 ? (name, other) : (other, name);
            }
        }
    }

    [Theory]
    [InlineData(-1, "00000000")]
    [InlineData(0xFFFFFFFF, "FFFFFFFF")]
    [InlineData(0x100000000, "FFFFFFFF")]
    public void Times_are_held_to_thirty_two_bits(long time, string field)
    {
        var builder = new FileTreeBuilder();
        builder.Add("a", SampleTree.File("x"u8.ToArray(), time: time));

        Assert.Equal(field, Headers(Encoding.Latin1.GetString(Bytes(builder.Build())))[0][46..54]);
    }

    [Fact]
    public void The_bytes_of_the_sample_tree_are_pinned()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Bytes(SampleTree.Create())));
        Assert.True(hash == "59a979d8baad9fb67e4d2095e9ee20e591071c1ba268fd1fc098d8175524a77a", $"The bytes have the hash {hash}.");
    }

    [Fact]
    public void A_file_of_four_gibibytes_is_an_error_that_names_it()
    {
        var builder = new FileTreeBuilder();
        builder.Add("a", SampleTree.Directory());
        builder.Add("a/large", new Inode
        {
            Type = FileType.RegularFile, Mode = (UnixFileMode)0b110_100_100, Content = new FileContentBuilder().AppendZeros(1L << 32).Build(),
        });

        var error = Assert.Throws<OutputFormatException>(() => CpioImage.Create(builder.Build()));

        Assert.Contains("'a/large' has 4294967296 bytes", error.Message, StringComparison.Ordinal);
        Assert.Contains("at most 4294967295", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_one_byte_less_fits()
    {
        var builder = new FileTreeBuilder();
        builder.Add("a", new Inode
        {
            Type = FileType.RegularFile, Mode = (UnixFileMode)0b110_100_100, Content = new FileContentBuilder().AppendZeros((1L << 32) - 1).Build(),
        });

        Assert.Equal(112 + (1L << 32) + 124, CpioImage.Create(builder.Build()).Length);
    }

    [Fact]
    public void A_path_that_linux_would_skip_is_an_error()
    {
        var path = string.Join('/', Enumerable.Repeat(new string('p', 255), 16));
        var builder = new FileTreeBuilder();
        builder.Add(path, SampleTree.File("x"u8.ToArray()), implicitParent: SampleTree.Directory());
        Assert.Equal(4095, path.Length);
        CpioImage.Create(builder.Build());

        builder.Add(path[..^255] + "q/" + new string('q', 254), SampleTree.File("x"u8.ToArray()), implicitParent: SampleTree.Directory());
        var error = Assert.Throws<OutputFormatException>(() => CpioImage.Create(builder.Build()));
        Assert.Contains("has a path of 4096 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_target_that_linux_would_skip_is_an_error()
    {
        var builder = new FileTreeBuilder();
        builder.Add("link", SampleTree.SymbolicLink(new string('t', 4096)));

        var error = Assert.Throws<OutputFormatException>(() => CpioImage.Create(builder.Build()));

        Assert.Contains("'/link' has a link target of 4096 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_that_ends_an_archive_is_an_error_in_the_root_alone()
    {
        var builder = new FileTreeBuilder();
        builder.Add("a", SampleTree.Directory());
        builder.Add("a/TRAILER!!!", SampleTree.File("x"u8.ToArray()));
        CpioImage.Create(builder.Build());

        builder.Add("TRAILER!!!", SampleTree.File("x"u8.ToArray()));
        var error = Assert.Throws<OutputFormatException>(() => CpioImage.Create(builder.Build()));
        Assert.Contains("TRAILER!!!", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Bytes(FileTree tree)
    {
        using var copy = new MemoryStream();
        CpioImage.Create(tree).OpenRead().CopyTo(copy);
        return copy.ToArray();
    }

    private static string[] Headers(string archive) =>
        [.. archive.Split("070701").Skip(1).Select(static rest => "070701" + rest)];
}
