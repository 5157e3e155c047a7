using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Core.Tests.Tar;

/// <summary>Archives of Python's tarfile, with values that files on a disk seldom have.</summary>
public sealed class PythonTarReadingTests
{
    private const string Script = """
        import io, sys, tarfile
        out, form = sys.argv[1], int(sys.argv[2])
        with tarfile.open(out, 'w', format=form, encoding='utf-8', errors='surrogateescape') as tar:
            def add(name, data=b'', **fields):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                for key, value in fields.items():
                    setattr(info, key, value)
                tar.addfile(info, io.BytesIO(data))
            add('plain', b'data', mtime=1500000000, uid=1, gid=2, uname='u', gname='g', mode=0o4711)
            add('bytes\udcff', b'x')
            add('dev', type=tarfile.CHRTYPE, devmajor=5, devminor=1)
            add('block', type=tarfile.BLKTYPE, devmajor=8, devminor=17)
            add('contiguous', b'c', type=tarfile.CONTTYPE)
            if form != tarfile.USTAR_FORMAT:
                add('big', uid=4000000000, gid=2097152, mtime=1 << 34)
                add('before', mtime=-1)
                add('n' * 150, b'long')
                add('hard', type=tarfile.LNKTYPE, linkname='n' * 150)
            if form == tarfile.PAX_FORMAT:
                add('fraction', mtime=1.5)
                add('xattrs', b'', pax_headers={'SCHILY.xattr.user.a': 'v', 'LIBARCHIVE.xattr.user.b%20': 'dw', 'vendor.k': 'w'})
        """;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Archives_of_Python_read_as_what_they_were_made_of(int format)
    {
        Assert.SkipUnless(SourceTree.Python.IsAvailable, SourceTree.Python.SkipReason);
        using var directory = new TemporaryDirectory("python-tar");
        await SourceTree.Python.RunAsync(["-c", Script, directory["a.tar"], $"{format}"]);
        var entries = (await TarArchives.Read(await File.ReadAllBytesAsync(directory["a.tar"]))).ToDictionary(e => e.Entry.Name);
        var plain = TarArchives.File("plain", 4) with { Mode = (UnixFileMode)2505, UserId = 1, GroupId = 2, UserName = "u", GroupName = "g", ModificationTime = new FileTime(1500000000) };
        TarArchives.AssertSame(plain, entries["plain"].Entry);
        Assert.Equal("data"u8.ToArray(), entries["plain"].Content);
        Assert.Equal("x"u8.ToArray(), entries[new ByteString([.. "bytes"u8, 0xFF])].Content);
        Assert.Equal((5u, 1u), (entries["dev"].Entry.DeviceMajor, entries["dev"].Entry.DeviceMinor));
        Assert.Equal((8u, 17u, TarEntryType.BlockDevice), (entries["block"].Entry.DeviceMajor, entries["block"].Entry.DeviceMinor, entries["block"].Entry.Type));
        Assert.Equal(TarEntryType.RegularFile, entries["contiguous"].Entry.Type);
        if (format > 0)
        {
            var big = entries["big"].Entry;
            Assert.Equal((4000000000, 2097152u, new FileTime(1L << 34)), (big.UserId, big.GroupId, big.ModificationTime));
            Assert.Equal(new FileTime(-1), entries["before"].Entry.ModificationTime);
            Assert.Equal("long"u8.ToArray(), entries[new string('n', 150)].Content);
            Assert.Equal(new string('n', 150), entries["hard"].Entry.LinkName);
        }

        if (format == 2)
        {
            Assert.Equal(new FileTime(1, 500_000_000), entries["fraction"].Entry.ModificationTime);
            Assert.Equal([new ExtendedAttribute("user.a", "v"), new ExtendedAttribute("user.b ", "w")], entries["xattrs"].Entry.ExtendedAttributes);
            Assert.Equal([new PaxRecord("vendor.k", "w")], entries["xattrs"].Entry.PaxRecords);
        }
    }
}
