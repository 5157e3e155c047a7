using System.Formats.Tar;
using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;
using ReproBuild.Testing.Tools;
using TarEntry = ReproBuild.Core.Tar.TarEntry;
using TarEntryType = ReproBuild.Core.Tar.TarEntryType;

namespace ReproBuild.Core.Tests.Tar;

/// <summary>What the writer writes, read by programs that others wrote.</summary>
public sealed class TarOutputReadersTests
{
    private static readonly string LongName = string.Join('/', Enumerable.Repeat(new string('d', 120), 3));

    private static readonly (TarEntry Entry, byte[] Content)[] Entries =
    [
        (new() { Type = TarEntryType.Directory, Name = "dir", Mode = (UnixFileMode)1005, ModificationTime = new FileTime(1500000000) }, []),
        (TarArchives.File("dir/file", 600) with { Mode = (UnixFileMode)420, UserId = 3000000, GroupId = 7, ModificationTime = new FileTime(1500000000, 250_000_000) }, new byte[600]),
        (TarArchives.File("dir/é", 2), "hi"u8.ToArray()),
        (TarArchives.File(new ByteString([.. "dir/"u8, 0xFF, 0xFE]), 1), "b"u8.ToArray()),
        (TarArchives.File("dir/attrs", 1) with { ExtendedAttributes = [new("user.a=%", new ByteString([0, 10, 255])), new("user.b", "v")] }, "a"u8.ToArray()),
        (TarArchives.File(LongName, 4) with { PaxRecords = [new("LINUXKIT.source", "image")] }, "long"u8.ToArray()),
        (new() { Type = TarEntryType.HardLink, Name = "hard", LinkName = LongName, Mode = (UnixFileMode)420 }, []),
        (new() { Type = TarEntryType.SymbolicLink, Name = "sym", LinkName = new string('t', 130), Mode = (UnixFileMode)511 }, []),
        (new() { Type = TarEntryType.Fifo, Name = "fifo", Mode = (UnixFileMode)384 }, []),
        (new() { Type = TarEntryType.CharacterDevice, Name = "null", Mode = (UnixFileMode)438, DeviceMajor = 1, DeviceMinor = 3 }, []),
    ];

    [Fact]
    public async Task GNU_tar_lists_and_extracts_it()
    {
        SourceTree.SkipUnlessAvailable();
        using var directory = new TemporaryDirectory("tar-output");
        await File.WriteAllBytesAsync(directory["a.tar"], await TarArchives.Write(Entries));
        var list = await SourceTree.Tar.RunAsync(
            ["-tvf", directory["a.tar"], "--numeric-owner", "--full-time", "--utc", "--quoting-style=escape", "--warning=no-unknown-keyword"]);
        Assert.Equal(
            [
                "drwxr-xr-t 0/0 0 2017-07-14 02:40:00 dir/",
                "-rw-r--r-- 3000000/7 600 2017-07-14 02:40:00.25 dir/file",
                "-rw-r--r-- 0/0 2 1970-01-01 00:00:00 dir/\\303\\251",
                "-rw-r--r-- 0/0 1 1970-01-01 00:00:00 dir/\\377\\376",
                "-rw-r--r-- 0/0 1 1970-01-01 00:00:00 dir/attrs",
                $"-rw-r--r-- 0/0 4 1970-01-01 00:00:00 {LongName}",
                $"hrw-r--r-- 0/0 0 1970-01-01 00:00:00 hard link to {LongName}",
                $"lrwxrwxrwx 0/0 0 1970-01-01 00:00:00 sym -> {new string('t', 130)}",
                "prw------- 0/0 0 1970-01-01 00:00:00 fifo",
                "crw-rw-rw- 0/0 1,3 1970-01-01 00:00:00 null",
            ],
            list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

        Directory.CreateDirectory(directory["out"]);
        await SourceTree.Tar.RunAsync(["-xf", directory["a.tar"], "-C", directory["out"], "--no-same-owner", "--exclude=null", "--xattrs", "--xattrs-include=user.*"]);
        Assert.Equal("long", await File.ReadAllTextAsync(directory["out/hard"]));
        Assert.Equal(new byte[600], await File.ReadAllBytesAsync(directory["out/dir/file"]));
        var names = await SourceTree.Python.RunAsync(
            ["-c", "import os,sys\nprint(sorted(os.listdir(os.fsencode(sys.argv[1]))))\ntry: print(os.getxattr(sys.argv[1]+'/attrs', 'user.a=%'))\nexcept OSError: print('none')", directory["out/dir"]]);
        Assert.StartsWith(@"[b'attrs', b'file', b'\xc3\xa9', b'\xff\xfe']", names, StringComparison.Ordinal);
        Assert.True(names.Contains(@"b'\x00\n\xff'", StringComparison.Ordinal) || names.Contains("none", StringComparison.Ordinal), names);
    }

    [Fact]
    public async Task Python_reads_it()
    {
        Assert.SkipUnless(SourceTree.Python.IsAvailable, SourceTree.Python.SkipReason);
        using var directory = new TemporaryDirectory("tar-output");
        await File.WriteAllBytesAsync(directory["a.tar"], await TarArchives.Write(Entries));
        var list = await SourceTree.Python.RunAsync(["-c", """
            import os, sys, tarfile
            with tarfile.open(sys.argv[1], encoding='utf-8', errors='surrogateescape') as tar:
                for i in tar:
                    data = tar.extractfile(i).read() if i.isreg() else b''
                    print(i.type.decode(), os.fsencode(i.name).hex(), '%o' % i.mode, i.uid, i.gid, i.mtime, len(data), os.fsencode(i.linkname).hex(), i.devmajor, i.devminor)
            """, directory["a.tar"]]);
        var expected = Entries.Select(e => string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{(char)e.Entry.Type} {Convert.ToHexStringLower(e.Entry.Name.Span)} {Convert.ToString((int)e.Entry.Mode, 8)} {e.Entry.UserId} {e.Entry.GroupId} {e.Entry.ModificationTime.Seconds}{(e.Entry.ModificationTime.Nanoseconds == 0 ? "" : ".25")} {e.Content.Length} {Convert.ToHexStringLower(e.Entry.LinkName.Span)} {e.Entry.DeviceMajor} {e.Entry.DeviceMinor}"));
        Assert.Equal(expected, list.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task The_framework_reads_it()
    {
        // The framework decodes names as UTF-8 and refuses values with a newline, so those entries are left out.
        var entries = Entries.Where(e => e.Entry.Name.TryGetUtf8(out _) && e.Entry.ExtendedAttributes.IsEmpty).ToArray();
        using var reader = new System.Formats.Tar.TarReader(new MemoryStream(await TarArchives.Write(entries)));
        foreach (var (entry, content) in entries)
        {
            var read = (await reader.GetNextEntryAsync())!;
            Assert.Equal(entry.Type == TarEntryType.Directory ? $"{entry.Name}/" : entry.Name.ToString(), read.Name);
            Assert.Equal((int)entry.Type, (int)read.EntryType);
            Assert.Equal(entry.Mode, read.Mode);
            Assert.Equal(((int)entry.UserId, (int)entry.GroupId), (read.Uid, read.Gid));
            Assert.Equal(entry.LinkName.ToString(), read.LinkName);
            Assert.Equal(content.Length, read.DataStream?.Length ?? 0);
            if (entry.Name == LongName)
            {
                Assert.Equal("image", Assert.IsType<PaxTarEntry>(read).ExtendedAttributes["LINUXKIT.source"]);
                Assert.Equal("long", await new StreamReader(read.DataStream!, Encoding.ASCII).ReadToEndAsync());
            }
        }

        Assert.Null(await reader.GetNextEntryAsync());
    }
}
