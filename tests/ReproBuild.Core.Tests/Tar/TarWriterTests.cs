using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;

namespace ReproBuild.Core.Tests.Tar;

public sealed class TarWriterTests
{
    [Fact]
    public async Task A_plain_file_has_these_bytes()
    {
        var entry = TarArchives.File("etc/motd", 3) with
        {
            UserId = 1,
            GroupId = 8,
            ModificationTime = new FileTime(1492533000),
        };
        var archive = await TarArchives.Write((entry, "hi\n"u8.ToArray()));
        Assert.Equal(512 + 512 + 1024, archive.Length);
        AssertField("etc/motd", archive, 0, 100);
        AssertField("0000644\00000001\00000010\000000000003\013075437410\0", archive, 100, 48);
        AssertField("0", archive, 156, 1);
        AssertField("", archive, 157, 100);
        AssertField("ustar\000", archive, 257, 8);
        AssertField("", archive, 265, 64);
        AssertField("0000000\00000000\0", archive, 329, 16);
        AssertField("", archive, 345, 167);
        AssertField("hi\n", archive, 512, 1536);
        var sum = archive[..512].Where((_, i) => i is < 148 or >= 156).Sum(value => value) + (8 * ' ');
        AssertField(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", archive, 148, 8);
    }

    [Fact]
    public async Task A_long_name_is_split_at_a_slash_where_that_suffices()
    {
        var prefix = new string('d', 155);
        var name = new string('f', 100);
        var archive = await TarArchives.Write(TarArchives.File($"{prefix}/{name}"));
        Assert.Equal(512 + 1024, archive.Length);
        AssertField(name, archive, 0, 100);
        AssertField(prefix, archive, 345, 155);
    }

    [Fact]
    public async Task A_name_that_cannot_be_split_gets_a_PAX_header_with_a_constant_name()
    {
        var name = new string('f', 120);
        var archive = await TarArchives.Write(TarArchives.File(name));
        AssertField("PaxHeaders.0/" + name[..87], archive, 0, 100);
        AssertField("0000644\00000000\00000000\000000000202\000000000000\0", archive, 100, 48);
        AssertField("x", archive, 156, 1);
        AssertField($"130 path={name}\n", archive, 512, 512);
        AssertField(name[..100], archive, 1024, 100);
    }

    [Fact]
    public async Task Records_are_ordered_by_keyword_and_hold_what_ustar_cannot()
    {
        var entry = TarArchives.File("é") with
        {
            UserId = 2097152,
            GroupId = 4294967295,
            UserName = "ü",
            ModificationTime = new FileTime(-2, 500_000_000),
            ExtendedAttributes = [new("user.a=b%", new ByteString([0, 255, 10])), new("user.empty", default)],
            PaxRecords = [new("atime", "1"), new("LINUXKIT.source", "linuxkit.files"), new("zz", "1"), new("ctime", "2.5")],
        };
        var records = Records(await TarArchives.Write(entry));
        Assert.Equal(
            "34 LINUXKIT.source=linuxkit.files\n34 SCHILY.xattr.user.a%3Db%25=\0\u00ff\n\n28 SCHILY.xattr.user.empty=\n" +
            "18 gid=4294967295\n14 mtime=-1.5\n11 path=\u00c3\u00a9\n15 uid=2097152\n12 uname=\u00c3\u00bc\n7 zz=1\n",
            records);
    }

    [Fact]
    public async Task A_name_that_is_not_UTF8_is_declared_binary()
    {
        var records = Records(await TarArchives.Write(TarArchives.File(new ByteString([0xFF, (byte)'a']))));
        Assert.Equal("21 hdrcharset=BINARY\n11 path=\u00ffa\n", records);
    }

    [Fact]
    public async Task Sizes_beyond_eight_gibibytes_are_PAX_records()
    {
        var output = new MemoryStream();
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => new TarWriter(output).WriteAsync(TarArchives.File("big", 1L << 33)));
        Assert.Contains("'big' cannot be written: its content has 0 bytes, and the entry says 8589934592", error.Message, StringComparison.Ordinal);
        var archive = output.ToArray();
        AssertField("19 size=8589934592\n", archive, 512, 512);
        AssertField("00000000000\0", archive, 1024 + 124, 12);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Content_must_have_the_size_that_the_entry_says(int length)
    {
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => TarArchives.Write((TarArchives.File("a", 3), new byte[length])));
        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_written_is_refused_before_a_byte_is_written()
    {
        var file = TarArchives.File("a");
        TarEntry[] bad =
        [
            file with { Name = default },
            file with { Name = "a/" },
            file with { Name = "a\0" },
            file with { Mode = (UnixFileMode)4096 },
            file with { Size = -1 },
            file with { Type = (TarEntryType)'x' },
            file with { LinkName = "b" },
            file with { Type = TarEntryType.HardLink },
            file with { Type = TarEntryType.Directory, Size = 1 },
            file with { ModificationTime = new FileTime(0, 1_000_000_000) },
            file with { ExtendedAttributes = [new(default, "x")] },
            file with { ExtendedAttributes = [new("a", "x"), new("a", "y")] },
            file with { PaxRecords = [new("path", "x")] },
            file with { PaxRecords = [new("SCHILY.xattr.user.a", "x")] },
            file with { PaxRecords = [new("a=b", "x")] },
            file with { PaxRecords = [new("a", "x"), new("a", "y")] },
        ];
        foreach (var entry in bad)
        {
            var output = new MemoryStream();
            await Assert.ThrowsAsync<OutputFormatException>(() => new TarWriter(output).WriteAsync(entry));
            Assert.Equal(0, output.Length);
        }
    }

    [Fact]
    public async Task A_FileContent_of_another_size_is_refused_before_a_byte_is_written()
    {
        var output = new MemoryStream();
        await Assert.ThrowsAsync<OutputFormatException>(() => new TarWriter(output).WriteAsync(TarArchives.File("a", 3), FileContent.FromBytes(new byte[4])));
        Assert.Equal(0, output.Length);
    }

    private static string Records(byte[] archive)
    {
        var size = Convert.ToInt32(Encoding.ASCII.GetString(archive, 124, 11), 8);
        return Encoding.Latin1.GetString(archive, 512, size);
    }

    private static void AssertField(string text, byte[] archive, int offset, int length) =>
        Assert.Equal(text.PadRight(length, '\0'), Encoding.Latin1.GetString(archive, offset, length));
}
