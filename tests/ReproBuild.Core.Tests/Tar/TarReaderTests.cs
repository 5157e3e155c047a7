using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;
using static ReproBuild.Core.Tests.Tar.RawTar;

namespace ReproBuild.Core.Tests.Tar;

public sealed class TarReaderTests
{
    [Fact]
    public async Task A_prefix_comes_before_the_name_in_ustar_alone()
    {
        Assert.Equal("p/n", (await ReadOne(Header("n", edit: b => Put(b, 345, "p")))).Name);
        Assert.Equal("n", (await ReadOne(Header("n", magic: "ustar  \0", edit: b => Put(b, 345, "p")))).Name);
        Assert.Equal("n", (await ReadOne(Header("n", magic: "", edit: b => Put(b, 345, "p")))).Name);
        Assert.Equal("p/n", (await ReadOne(Header("n", edit: b => Put(b, 345, "p\0".PadRight(131, '9') + "00000000001\0" + "00000000001\0" + "\0\0\0\0\0\0\0\0tar\0")))).Name);
    }

    [Fact]
    public async Task Names_that_fill_their_fields_have_no_NUL()
    {
        var entry = await ReadOne(Header(new string('n', 100), '2', edit: b => Put(b, 157, new string('l', 100))));
        Assert.Equal(new string('n', 100), entry.Name);
        Assert.Equal(new string('l', 100), entry.LinkName);
    }

    [Theory]
    [InlineData('\0', "f", TarEntryType.RegularFile)]
    [InlineData('\0', "d/", TarEntryType.Directory)]
    [InlineData('7', "f", TarEntryType.RegularFile)]
    [InlineData('D', "d/", TarEntryType.Directory)]
    public async Task Old_type_flags_are_understood(char flag, string name, TarEntryType type) =>
        Assert.Equal(type, (await ReadOne(Header(name, flag))).Type);

    [Theory]
    [InlineData("0000017\0", 15)]
    [InlineData("     17 ", 15)]
    [InlineData("17 \0\0\0\0\0", 15)]
    [InlineData("\0\0\0\0\0\0\0\0", 0)]
    [InlineData("00000017", 15)]
    [InlineData("\u0080\0\0\0\u0080\0\0\u0001", 2147483649)]
    [InlineData("\u0080\0\0\0\u00ff\u00ff\u00ff\u00fe", 4294967294)]
    public async Task Numbers_come_in_many_forms(string field, long expected) =>
        Assert.Equal(expected, (await ReadOne(Header("f", edit: b => Put(b, 108, field)))).UserId);

    [Theory]
    [InlineData(108, "000008\0\0", "user id")]
    [InlineData(108, "1 1\0\0\0\0\0", "user id")]
    [InlineData(116, "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00fe", "group id")]
    [InlineData(116, "\u0080\0\0\u0001\0\0\0\0", "group id")]
    [InlineData(124, "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", "size is negative")]
    [InlineData(124, "\u0080\0\0\u0080\0\0\0\0\0\0\0\0", "size is not a number")]
    [InlineData(124, "-1\0\0\0\0\0\0\0\0\0\0", "size")]
    public async Task A_number_that_is_none_is_an_error(int offset, string field, string what)
    {
        var error = await Fails(Join(Header("first"), Header("second", edit: b => Put(b, offset, field)), End));
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Contains("At byte 512, entry 'second'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_before_1970_come_in_base_256()
    {
        var entry = await ReadOne(Header("f", edit: b => b.AsSpan(136, 12).Fill(0xFF)));
        Assert.Equal(new FileTime(-1), entry.ModificationTime);
    }

    [Fact]
    public async Task A_checksum_of_signed_bytes_is_right_and_any_other_wrong()
    {
        var header = Header("\u00e9");
        var sum = header.Where((_, i) => i is < 148 or >= 156).Sum(value => unchecked((sbyte)value)) + (8 * ' ');
        Put(header, 148, Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ");
        Assert.Equal(new ByteString([0xE9]), (await ReadOne(header)).Name);
        Put(header, 148, Convert.ToString(sum + 1, 8).PadLeft(6, '0') + "\0 ");
        Assert.Contains("checksum", (await Fails(Join(header, End))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PAX_records_win_over_the_header()
    {
        var entry = await ReadOne(Join(
            Pax("path=p", "uid=4000000000", "gid=7", "uname=u", "gname=g", "mtime=-1.25", "size=2", "x.y=z", "size=3", "SCHILY.xattr.user.b=\0\n=", "SCHILY.xattr.user.a=", "hdrcharset=BINARY"),
            Header("n", size: 0),
            Data("abc")));
        Assert.Equal("p", entry.Name);
        Assert.Equal((4000000000, 7u), (entry.UserId, entry.GroupId));
        Assert.Equal(("u", "g"), (entry.UserName, entry.GroupName));
        Assert.Equal(new FileTime(-2, 750_000_000), entry.ModificationTime);
        Assert.Equal(3, entry.Size);
        Assert.Equal([new ExtendedAttribute("user.a", ""), new ExtendedAttribute("user.b", "\0\n=")], entry.ExtendedAttributes);
        Assert.Equal([new PaxRecord("x.y", "z")], entry.PaxRecords);
    }

    [Fact]
    public async Task Extended_attributes_of_libarchive_are_decoded_and_those_of_star_win()
    {
        var entry = await ReadOne(Join(
            Pax("LIBARCHIVE.xattr.user.a%3D%ff=/+A", "LIBARCHIVE.xattr.user.b=YQ", "SCHILY.xattr.user.b=star", "SCHILY.xattr.user.c%3D%25%41=v"),
            Header("n")));
        Assert.Equal(
            [
                new ExtendedAttribute(new ByteString([.. "user.a="u8, 0xFF]), new ByteString([0xFF, 0xE0])),
                new ExtendedAttribute("user.b", "star"),
                new ExtendedAttribute("user.c=%%41", "v"),
            ],
            entry.ExtendedAttributes.OrderBy(a => a.Name));
        Assert.Contains("base64", (await Fails(Join(Pax("LIBARCHIVE.xattr.user.a=!"), Header("n"), End))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Global_records_hold_until_they_change()
    {
        var entries = await TarArchives.Read(Join(
            Global("uid=5", "comment=x", "k=v"), Header("a"), Pax("uid=6"), Header("b"), Header("c"), Global("uid=", "k=w"), Header("d"), End));
        Assert.Equal([5, 6, 5, 0], entries.Select(e => (int)e.Entry.UserId));
        Assert.Equal(["v", "v", "v", "w"], entries.Select(e => e.Entry.PaxRecords.Single().Value.ToString()));
    }

    [Fact]
    public async Task Long_names_of_GNU_are_read()
    {
        var name = new string('n', 200);
        var entry = await ReadOne(Join(Extension('L', name + "\0"), Extension('K', "target\0\0"), Header("short", '2')));
        Assert.Equal(name, entry.Name);
        Assert.Equal("target", entry.LinkName);
    }

    [Fact]
    public async Task Sizes_of_links_and_directories_mean_nothing()
    {
        var entries = await TarArchives.Read(Join(
            Header("l", '1', 5, edit: b => Put(b, 157, "t")), Header("d/", '5', 4096), Header("v/", '\0', 512, magic: ""), Header("f"), End));
        Assert.Equal(["l", "d/", "v/", "f"], entries.Select(e => e.Entry.Name.ToString()));
        Assert.All(entries, e => Assert.Equal(0, e.Entry.Size));
    }

    [Theory]
    [InlineData('A')]
    [InlineData('M')]
    [InlineData('N')]
    [InlineData('9')]
    public async Task An_unknown_type_is_an_error_that_names_the_entry(char flag)
    {
        var error = await Fails(Join(Header("odd", flag), End));
        Assert.Contains($"type flag 0x{(int)flag:x2}. (At byte 0, entry 'odd'.)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_volume_label_is_skipped() => Assert.Equal("f", (await ReadOne(Join(Header("label", 'V', 3), Data("xyz"), Header("f")))).Name);

    [Fact]
    public async Task The_end_may_have_two_one_or_no_block_of_zeros_and_anything_after_it()
    {
        var file = Join(Header("f", size: 3), Data("abc"));
        foreach (var end in (byte[][])[new byte[1024], new byte[512], [], Join(End, Data("trailing"), [1])])
        {
            var stream = new MemoryStream(Join(file, end));
            Assert.Equal("abc"u8.ToArray(), Assert.Single(await TarArchives.Read(stream)).Content);
            Assert.Equal(stream.Length, stream.Position);
        }

        Assert.Single(await TarArchives.Read(file[..515]));
        Assert.Empty(await TarArchives.Read([]));
    }

    [Fact]
    public async Task An_archive_that_is_cut_off_is_an_error()
    {
        var archive = Join(Pax("path=long"), Header("f", size: 600), Data(new string('x', 600)));
        for (var length = 1; length < 1536 + 600; length++)
        {
            if (length != 512 * 3)
            {
                await Fails(archive[..length]);
            }
        }

        Assert.Contains("inside a file. Make the archive again. (At byte 1736, entry 'long'.)", (await Fails(archive[..1736])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1536)]
    [InlineData(1736)]
    [InlineData(1536 + 599)]
    public async Task An_archive_that_is_cut_off_inside_a_file_that_nobody_reads_is_an_error(int length)
    {
        var archive = Join(Pax("path=long"), Header("f", size: 600), Data(new string('x', 600)));
        using var reader = new TarReader(new MemoryStream(archive[..length]));
        await reader.ReadEntryAsync();
        var error = await Assert.ThrowsAsync<IntegrityException>(() => reader.ReadEntryAsync().AsTask());
        Assert.Contains($"it ends inside a file. Make the archive again. (At byte {length}, entry 'long'.)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5 a=b\n", "wrong length")]
    [InlineData("7 a=b\n", "wrong length")]
    [InlineData("6 a=b ", "wrong length")]
    [InlineData("6 a:b\n", "no keyword")]
    [InlineData("5 =b\n", "no keyword")]
    [InlineData("7 a\0=b\n", "no keyword")]
    [InlineData("a=b\n", "wrong length")]
    [InlineData(" a=b\n", "wrong length")]
    [InlineData("0 a=b\n", "wrong length")]
    [InlineData("00000000006 a=b\n", "wrong length")]
    [InlineData("99999999999 a=b\n", "wrong length")]
    [InlineData("6 a=b\n\0", "wrong length")]
    [InlineData("2 \n", "wrong length")]
    [InlineData("3 \n", "no keyword")]
    [InlineData("10 path=\0\n", "'path' is not text without NUL")]
    [InlineData("10 uid=-1\n", "'uid' is not a number up to 4294967295")]
    [InlineData("18 uid=4294967296\n", "'uid' is not a number up to 4294967295")]
    [InlineData("10 gid=0x\n", "'gid' is not a number up to 4294967295")]
    [InlineData("30 SCHILY.devmajor=4294967296\n", "'SCHILY.devmajor' is not a number up to 4294967295")]
    [InlineData("30 SCHILY.devminor=4294967296\n", "'SCHILY.devminor' is not a number up to 4294967295")]
    [InlineData("28 size=9223372036854775808\n", "'size' is not a number up to 9223372036854775807")]
    [InlineData("11 mtime=.\n", "'mtime' is not a time")]
    [InlineData("13 mtime=1.-\n", "'mtime' is not a time")]
    [InlineData("32 mtime=-9223372036854775808.5\n", "'mtime' is not a time")]
    [InlineData("29 mtime=9223372036854775808\n", "'mtime' is not a time")]
    [InlineData("18 SCHILY.xattr.=\n", "is not an attribute with a name")]
    [InlineData("25 LIBARCHIVE.xattr.%00=\n", "is not an attribute with a name")]
    public async Task A_malformed_PAX_header_is_an_error(string body, string message) =>
        Assert.Contains(message, (await Fails(Join(Extension('x', body), Header("f"), End))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("1", 1, 0)]
    [InlineData("0.5", 0, 500_000_000)]
    [InlineData("1.000000001", 1, 1)]
    [InlineData("1.0000000019", 1, 1)]
    [InlineData("-1", -1, 0)]
    [InlineData("-0.25", -1, 750_000_000)]
    [InlineData("-2.000000001", -3, 999_999_999)]
    [InlineData("-9223372036854775808", long.MinValue, 0)]
    [InlineData("-9223372036854775808.0", long.MinValue, 0)]
    [InlineData("-9223372036854775807.5", long.MinValue, 500_000_000)]
    [InlineData("9223372036854775807.5", long.MaxValue, 500_000_000)]
    public async Task Times_have_fractions_that_count_forward(string text, long seconds, int nanoseconds) =>
        Assert.Equal(new FileTime(seconds, nanoseconds), (await ReadOne(Join(Pax($"mtime={text}"), Header("f")))).ModificationTime);

    [Fact]
    public async Task Numbers_of_devices_come_from_records_and_mean_nothing_elsewhere()
    {
        static void Numbers(byte[] block) => Put(block, 329, "0000001\00000003\0");
        var entry = await ReadOne(Header("d", '3', edit: Numbers));
        Assert.Equal((1u, 3u), (entry.DeviceMajor, entry.DeviceMinor));
        entry = await ReadOne(Join(Pax("SCHILY.devmajor=70000", "SCHILY.devminor=80000"), Header("d", '4', edit: Numbers)));
        Assert.Equal((70000u, 80000u), (entry.DeviceMajor, entry.DeviceMinor));
        entry = await ReadOne(Join(Pax("SCHILY.devmajor=1"), Header("d", edit: Numbers)));
        Assert.Equal((0u, 0u), (entry.DeviceMajor, entry.DeviceMinor));
        entry = await ReadOne(Header("d", '3', magic: "", edit: Numbers));
        Assert.Equal((0u, 0u), (entry.DeviceMajor, entry.DeviceMinor));
    }

    [Fact]
    public async Task Names_of_owners_come_from_the_header_but_not_of_v7()
    {
        static void Owners(byte[] block) => Put(block, 265, "user".PadRight(32, '\0') + "group");
        var entry = await ReadOne(Header("f", edit: Owners));
        Assert.Equal(("user", "group"), (entry.UserName, entry.GroupName));
        entry = await ReadOne(Header("f", magic: "", edit: Owners));
        Assert.Equal(("", ""), (entry.UserName, entry.GroupName));
    }

    [Fact]
    public async Task An_empty_record_restores_what_the_header_says()
    {
        var entry = await ReadOne(Join(
            Global("path=p", "linkpath=l", "uname=u", "gname=g", "mtime=5", "k=v"),
            Pax("path=", "linkpath=", "uname=", "gname=", "mtime=", "k="),
            Header("n", '2', edit: b => Put(b, 157, "t"))));
        Assert.Equal(("n", "t", "", ""), (entry.Name, entry.LinkName, entry.UserName, entry.GroupName));
        Assert.Equal(default, entry.ModificationTime);
        Assert.Empty(entry.PaxRecords);
        Assert.Equal("l", (await ReadOne(Join(Pax("linkpath=l"), Header("n", '1')))).LinkName);
    }

    [Fact]
    public async Task GNUs_long_name_wins_over_a_PAX_path_and_a_PAX_target_over_the_header()
    {
        var entry = await ReadOne(Join(Pax("path=pax", "linkpath=pax"), Extension('L', "gnu\0"), Header("short", '2', edit: b => Put(b, 157, "t"))));
        Assert.Equal(("gnu", "pax"), (entry.Name, entry.LinkName));
        Assert.Equal("long", (await ReadOne(Join(Extension('L', "long"), Header("short")))).Name);
    }

    [Fact]
    public async Task A_Sun_header_is_a_PAX_header() =>
        Assert.Equal("p", (await ReadOne(Join(Extension('X', "10 path=p\n"), Header("f")))).Name);

    [Fact]
    public async Task Content_is_read_forward_and_asynchronously()
    {
        Assert.Throws<ArgumentNullException>("stream", () => new TarReader(null!));
        using var reader = new TarReader(new MemoryStream(Join(Header("f", size: 3), Data("abc"), End)));
        Assert.Contains("Read an entry first", Assert.Throws<InvalidOperationException>(reader.OpenContent).Message, StringComparison.Ordinal);
        await reader.ReadEntryAsync();
        var content = reader.OpenContent();
        Assert.Same(content, reader.OpenContent());
        Assert.Equal((3, 0), (content.Length, content.Position));
        var buffer = new byte[2];
        Assert.Equal(2, await content.ReadAsync(buffer));
        Assert.Equal(2, content.Position);
        Assert.Contains("read once, forward", Assert.Throws<NotSupportedException>(() => content.Position = 0).Message, StringComparison.Ordinal);
        Assert.Contains("read asynchronously", Assert.Throws<NotSupportedException>(() => content.ReadByte()).Message, StringComparison.Ordinal);
        await reader.ReadEntryAsync();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => content.ReadAsync(buffer).AsTask());
        Assert.Contains("'f' can no longer be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_larger_than_the_readers_buffer_is_read()
    {
        // Odd sizes, so that blocks lie across the buffer's end.
        var content = new byte[150_000];
        new Random(3).NextBytes(content);
        var archive = Join([.. Enumerable.Range(0, 6).SelectMany(i => (byte[][])[Header($"f{i}", size: content.Length - i), content[i..], new byte[(16 + i) % 512]]), End]);
        foreach (var limit in (int[])[511, 70_000, int.MaxValue])
        {
            using var reader = new TarReader(new ShortReads(archive, limit));
            for (var i = 0; i < 6; i++)
            {
                Assert.Equal($"f{i}", (await reader.ReadEntryAsync())!.Name);
                if (i % 3 > 0)
                {
                    var copy = new byte[content.Length - i];
                    await reader.OpenContent().ReadExactlyAsync(i % 3 == 1 ? copy : copy.AsMemory(0, 1000));
                    Assert.True(content.AsSpan(i, i % 3 == 1 ? copy.Length : 1000).SequenceEqual(copy.AsSpan(0, i % 3 == 1 ? copy.Length : 1000)));
                }
            }

            Assert.Null(await reader.ReadEntryAsync());
        }
    }

    private sealed class ShortReads(byte[] bytes, int limit) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(limit, buffer.Length)], cancellationToken);
    }

    [Fact]
    public async Task An_extended_header_without_an_entry_is_an_error()
    {
        var error = await Fails(Join(Header("f"), Pax("path=x"), End));
        Assert.Contains("no entry after it", error.Message, StringComparison.Ordinal);
        Assert.Contains("no entry after it", (await Fails(Join(Extension('L', "x"), []))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_without_a_name_and_a_link_without_a_target_are_errors()
    {
        await FailsWith("an entry has no name", Join(Header(""), End));
        await FailsWith("a link has no target", Join(Header("l", '1'), End));
        await FailsWith("a link has no target", Join(Header("l", '2'), End));
        await FailsWith("one block of zeros stands between entries. Make the archive again. (At byte 512.)", Join(Header("f"), new byte[512], Header("g"), End));
        await FailsWith("it ends inside a block", Join(Header("f"), [1]));
        await FailsWith("it ends inside an extended header", Join(Header("x", 'x', 10), new byte[5]));

        static async Task FailsWith(string message, byte[] archive) =>
            Assert.Contains(message, (await Fails(archive)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_is_read_in_part_and_the_reader_still_finds_the_next_entry()
    {
        var archive = Join(Header("a", size: 1000), Data(new string('x', 1000)), Header("b", size: 1), Data("y"), End);
        using var reader = new TarReader(new OneByteStream(archive));
        await reader.ReadEntryAsync();
        var content = reader.OpenContent();
        Assert.Equal(1, await content.ReadAsync(new byte[10]));
        Assert.Equal("b", (await reader.ReadEntryAsync())!.Name);
        await Assert.ThrowsAsync<InvalidOperationException>(() => content.CopyToAsync(Stream.Null));
        Assert.Null(await reader.ReadEntryAsync());
        Assert.Null(await reader.ReadEntryAsync());
        Assert.Throws<InvalidOperationException>(() => reader.OpenContent());
    }

    [Fact]
    public async Task Disposing_leaves_the_stream_open()
    {
        var stream = new MemoryStream(End);
        new TarReader(stream).Dispose();
        Assert.True(stream.CanRead);
        var reader = new TarReader(stream);
        reader.Dispose();
        Assert.Null(await reader.ReadEntryAsync());
    }

    private static async Task<TarEntry> ReadOne(byte[] blocks) => Assert.Single(await TarArchives.Read(Join(blocks, End))).Entry;

    private static Task<IntegrityException> Fails(byte[] archive) => Assert.ThrowsAsync<IntegrityException>(() => TarArchives.Read(archive));
}
