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
        AssertField("0000000\00000000\0", archive, 329, 16);
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
    [InlineData(2, "'a' cannot be written: its content has 2 bytes, and the entry says 3")]
    [InlineData(4, "'a' cannot be written: its content has at least 4 bytes, and the entry says 3")]
    public async Task Content_must_have_the_size_that_the_entry_says(int length, string message)
    {
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => TarArchives.Write((TarArchives.File("a", 3), new byte[length])));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_written_is_refused_before_a_byte_is_written()
    {
        var file = TarArchives.File("a");
        (TarEntry Entry, string Message)[] bad =
        [
            (file with { Name = default }, "its name is empty"),
            (file with { Name = "a/" }, "ends in a slash"),
            (file with { Name = "a\0" }, "contains a NUL byte"),
            (file with { Type = TarEntryType.SymbolicLink, LinkName = "b\0" }, "contains a NUL byte"),
            (file with { UserName = "u\0" }, "contains a NUL byte"),
            (file with { GroupName = "g\0" }, "contains a NUL byte"),
            (file with { Mode = (UnixFileMode)4096 }, "its mode is outside 0 to 07777"),
            (file with { Mode = (UnixFileMode)(-1) }, "its mode is outside 0 to 07777"),
            (file with { Size = -1 }, "its size is negative"),
            (file with { Type = (TarEntryType)'x' }, "its type is not a tar entry's"),
            (file with { LinkName = "b" }, "a link, and nothing else, has a target"),
            (file with { Type = TarEntryType.HardLink }, "a link, and nothing else, has a target"),
            (file with { Type = TarEntryType.SymbolicLink }, "a link, and nothing else, has a target"),
            (file with { Type = TarEntryType.Directory, Size = 1 }, "only a regular file has content"),
            (file with { ModificationTime = new FileTime(0, 1_000_000_000) }, "the nanoseconds of its time"),
            (file with { ModificationTime = new FileTime(0, -1) }, "the nanoseconds of its time"),
            (file with { ExtendedAttributes = [new(default, "x")] }, "the extended attribute ''"),
            (file with { ExtendedAttributes = [new("a\0", "x")] }, "the extended attribute 'a"),
            (file with { ExtendedAttributes = [new("a", "x"), new("a", "y")] }, "the extended attribute 'a' is empty, contains a NUL byte, or comes twice"),
            (file with { PaxRecords = [new("path", "x")] }, "'path' has no value, or belongs in a property"),
            (file with { PaxRecords = [new("k", "")] }, "'k' has no value, or belongs in a property"),
            (file with { PaxRecords = [new("SCHILY.xattr.user.a", "x")] }, "belongs in a property"),
            (file with { PaxRecords = [new("GNU.sparse.size", "1")] }, "belongs in a property"),
            (file with { PaxRecords = [new("", "x")] }, "the keyword of the PAX record ''"),
            (file with { PaxRecords = [new("a=b", "x")] }, "the keyword of the PAX record 'a=b'"),
            (file with { PaxRecords = [new("a\0", "x")] }, "the keyword of the PAX record 'a"),
            (file with { PaxRecords = [new("a", "x"), new("a", "y")] }, "the keyword of the PAX record 'a' is empty, contains '=' or a NUL byte, or comes twice"),
        ];
        foreach (var (entry, message) in bad)
        {
            var output = new MemoryStream();
            var error = await Assert.ThrowsAsync<OutputFormatException>(() => new TarWriter(output).WriteAsync(entry));
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
            Assert.Contains(message, Assert.Throws<OutputFormatException>(() => TarWriter.Check(entry)).Message, StringComparison.Ordinal);
            Assert.Contains(message, Assert.Throws<OutputFormatException>(() => TarWriter.EncodeHeadersOf(entry)).Message, StringComparison.Ordinal);
            Assert.Equal(0, output.Length);
        }
    }

    [Fact]
    public async Task The_largest_values_of_a_header_need_no_record_and_the_next_ones_do()
    {
        var largest = TarArchives.File("f") with
        {
            UserId = 2097151,
            GroupId = 2097151,
            UserName = new string('u', 31),
            GroupName = new string('g', 31),
            ModificationTime = new FileTime((1L << 33) - 1),
        };
        Assert.Equal(512 + 1024, (await TarArchives.Write(largest)).Length);
        Assert.Equal("15 gid=2097152\n", Records(await TarArchives.Write(largest with { GroupId = 2097152 })));
        Assert.Equal($"42 uname={new string('u', 32)}\n", Records(await TarArchives.Write(largest with { UserName = new string('u', 32) })));
        Assert.Equal($"42 gname={new string('g', 32)}\n", Records(await TarArchives.Write(largest with { GroupName = new string('g', 32) })));
        Assert.Equal("20 mtime=8589934592\n", Records(await TarArchives.Write(largest with { ModificationTime = new FileTime(1L << 33) })));
        Assert.Equal("12 mtime=-1\n", Records(await TarArchives.Write(largest with { ModificationTime = new FileTime(-1) })));
        Assert.Equal("14 mtime=-0.5\n", Records(await TarArchives.Write(largest with { ModificationTime = new FileTime(-1, 500_000_000) })));
        var link = new TarEntry { Type = TarEntryType.SymbolicLink, Name = "l", LinkName = new string('t', 100) };
        Assert.Equal(512 + 1024, (await TarArchives.Write(link)).Length);
        Assert.StartsWith("115 linkpath=", Records(await TarArchives.Write(link with { LinkName = new string('t', 101) })), StringComparison.Ordinal);
        var device = new TarEntry { Type = TarEntryType.CharacterDevice, Name = "d", DeviceMajor = 2097151, DeviceMinor = 2097151 };
        var archive = await TarArchives.Write(device);
        Assert.Equal(512 + 1024, archive.Length);
        AssertField("7777777\07777777\0", archive, 329, 16);
        Assert.Equal("27 SCHILY.devmajor=2097152\n", Records(await TarArchives.Write(device with { DeviceMajor = 2097152 })));
        Assert.Equal("27 SCHILY.devminor=2097152\n", Records(await TarArchives.Write(device with { DeviceMinor = 2097152 })));
    }

    /// <summary>The length of a record counts its own digits.</summary>
    [Theory]
    [InlineData(4, 9)]
    [InlineData(5, 11)]
    [InlineData(93, 99)]
    [InlineData(94, 101)]
    [InlineData(992, 999)]
    [InlineData(993, 1001)]
    public async Task The_length_of_a_record_counts_itself(int value, int length)
    {
        var records = Records(await TarArchives.Write(TarArchives.File("f") with { PaxRecords = [new("k", new string('v', value))] }));
        Assert.Equal($"{length} k={new string('v', value)}\n", records);
        Assert.Equal(length, records.Length);
    }

    [Theory]
    [InlineData(100, 155, true)]
    [InlineData(101, 155, false)]
    [InlineData(100, 156, false)]
    [InlineData(99, 3, true)]
    public async Task A_name_is_split_only_where_both_parts_fit(int name, int prefix, bool fits)
    {
        var archive = await TarArchives.Write(TarArchives.File($"{new string('d', prefix)}/{new string('f', name)}"));
        Assert.Equal(fits ? 512 + 1024 : 1536 + 1024, archive.Length);
    }

    [Fact]
    public async Task A_directory_gets_its_slash_and_keeps_it_in_the_name()
    {
        var directory = new TarEntry { Type = TarEntryType.Directory, Name = "d" };
        AssertField("d/", await TarArchives.Write(directory), 0, 100);
        AssertField("d/", await TarArchives.Write(directory with { Name = "d/" }), 0, 100);
        AssertField("d/", TarWriter.EncodeHeadersOf(directory), 0, 100);
        var archive = await TarArchives.Write(directory with { Name = new string('p', 60) + "/" + new string('q', 60) });
        AssertField(new string('q', 60) + "/", archive, 0, 100);
        AssertField(new string('p', 60), archive, 345, 155);
        AssertField("PaxHeaders.0/" + new string('r', 87), await TarArchives.Write(directory with { Name = new string('r', 120) + "/" }), 0, 100);
    }

    [Fact]
    public async Task What_does_not_fit_is_cut_off_in_the_header_that_follows_its_records()
    {
        var archive = await TarArchives.Write(new TarEntry
        {
            Type = TarEntryType.SymbolicLink,
            Name = "l",
            LinkName = new string('t', 101),
            UserName = new string('u', 40),
            GroupName = new string('g', 40),
        });
        var header = archive[^(1024 + 512)..^1024];
        AssertField(new string('t', 100), header, 157, 100);
        AssertField(new string('u', 31) + "\0", header, 265, 32);
        AssertField(new string('g', 31) + "\0", header, 297, 32);
    }

    [Fact]
    public async Task Nothing_is_written_of_nothing_or_to_nothing()
    {
        Assert.Throws<ArgumentNullException>("output", () => new TarWriter(null!));
        var writer = new TarWriter(new MemoryStream());
        var entry = TarArchives.File("a");
        await Assert.ThrowsAsync<ArgumentNullException>("entry", () => writer.WriteAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>("entry", () => writer.WriteAsync(null!, Stream.Null));
        await Assert.ThrowsAsync<ArgumentNullException>("entry", () => writer.WriteAsync(null!, FileContent.Empty));
        await Assert.ThrowsAsync<ArgumentNullException>("content", () => writer.WriteAsync(entry, (Stream)null!));
        await Assert.ThrowsAsync<ArgumentNullException>("content", () => writer.WriteAsync(entry, (FileContent)null!));
        Assert.Throws<ArgumentNullException>("entry", () => TarWriter.Check(null!));
    }

    [Fact]
    public async Task Nothing_can_be_written_once_the_archive_is_complete()
    {
        var writer = new TarWriter(new MemoryStream());
        await writer.CompleteAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.WriteAsync(TarArchives.File("a")));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.CompleteAsync());
    }

    [Fact]
    public async Task Content_of_any_length_is_padded_to_blocks()
    {
        foreach (var length in (int[])[1, 511, 512, 513, 300_000])
        {
            var content = new byte[length];
            Array.Fill(content, (byte)7);
            var archive = await TarArchives.Write((TarArchives.File("a", length), content));
            Assert.Equal(512 + ((length + 511) / 512 * 512) + 1024, archive.Length);
            Assert.Equal(length, archive[512..].Count(static value => value == 7));
            var copy = new MemoryStream();
            await new TarWriter(copy).WriteAsync(TarArchives.File("a", length), FileContent.FromBytes(content));
            Assert.Equal(archive[..^1024], copy.ToArray());
        }
    }

    [Fact]
    public async Task A_FileContent_of_another_size_is_refused_before_a_byte_is_written()
    {
        var output = new MemoryStream();
        var error = await Assert.ThrowsAsync<OutputFormatException>(
            () => new TarWriter(output).WriteAsync(TarArchives.File("a", 3), FileContent.FromBytes(new byte[4])));
        Assert.Contains("its content has 4 bytes, and the entry says 3", error.Message, StringComparison.Ordinal);
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
