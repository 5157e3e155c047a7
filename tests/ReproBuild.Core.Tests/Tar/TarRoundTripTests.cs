using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;

namespace ReproBuild.Core.Tests.Tar;

public sealed class TarRoundTripTests
{
    public static TheoryData<int> Entries => [.. Enumerable.Range(0, Samples.Length)];

    private static TarEntry[] Samples { get; } =
    [
        TarArchives.File("a", 1234),
        TarArchives.File("empty"),
        TarArchives.File(new string('n', 255)),
        TarArchives.File(string.Join('/', Enumerable.Repeat(new string('n', 200), 20))),
        TarArchives.File(new ByteString([1, 9, 10, 127, 128, 255])),
        TarArchives.File("ids") with { UserId = uint.MaxValue, GroupId = uint.MaxValue - 1, UserName = "root", GroupName = new string('g', 40) },
        TarArchives.File("time") with { ModificationTime = new FileTime(1, 1) },
        TarArchives.File("before") with { ModificationTime = new FileTime(-1, 999_999_999) },
        TarArchives.File("early") with { ModificationTime = new FileTime(-62135596800) },
        TarArchives.File("late") with { ModificationTime = new FileTime(1L << 33, 120_000_000) },
        TarArchives.File("set-id") with { Mode = (UnixFileMode)4095 },
        TarArchives.File("xattrs") with
        {
            ExtendedAttributes = [new("user.%3D=%", "v"), new(new ByteString([(byte)'u', 0xFE]), new ByteString([0, 10, 255])), new("z", default)],
            PaxRecords = [new("LINUXKIT.location", "init[0]"), new("LINUXKIT.source", "x")],
        },
        new() { Type = TarEntryType.Directory, Name = "dir/", Mode = (UnixFileMode)1023 },
        new() { Type = TarEntryType.Directory, Name = "./", Mode = (UnixFileMode)493 },
        new() { Type = TarEntryType.SymbolicLink, Name = "link", LinkName = new ByteString([0x80, (byte)'/']), Mode = (UnixFileMode)511 },
        new() { Type = TarEntryType.HardLink, Name = "hard", LinkName = new string('t', 150) },
        new() { Type = TarEntryType.CharacterDevice, Name = "null", DeviceMajor = 1, DeviceMinor = 3 },
        new() { Type = TarEntryType.BlockDevice, Name = "disk", DeviceMajor = uint.MaxValue, DeviceMinor = 2097152 },
        new() { Type = TarEntryType.Fifo, Name = "fifo" },
    ];

    [Theory]
    [MemberData(nameof(Entries))]
    public async Task What_is_written_is_read_back(int index)
    {
        var content = Enumerable.Range(0, (int)Samples[index].Size).Select(i => (byte)(i % 251)).ToArray();
        var (entry, read) = Assert.Single(await TarArchives.Read(await TarArchives.Write((Samples[index], content))));
        TarArchives.AssertSame(Samples[index], entry);
        Assert.Equal(content, read);
    }

    [Fact]
    public async Task The_data_offset_is_the_place_in_the_archive()
    {
        var archive = await TarArchives.Write((TarArchives.File("é", 2), "hi"u8.ToArray()), (TarArchives.File("b", 2), "ho"u8.ToArray()));
        var entries = await TarArchives.Read(archive);
        Assert.Equal("hi"u8.ToArray(), archive[(int)entries[0].Entry.DataOffset..][..2]);
        Assert.Equal("ho"u8.ToArray(), archive[(int)entries[1].Entry.DataOffset..][..2]);
    }
}
