using ReproBuild.Testing.Tools;

namespace ReproBuild.Core.Tests.Tar;

/// <summary>A directory with every kind of file, made by Python because .NET cannot make names that are not UTF-8, and its archives.</summary>
public sealed class SourceTree : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new("tar");

    internal static ExternalTool Tar { get; } = new("tar", "tar");

    internal static ExternalTool Python { get; } = new("python3", "python3");

    /// <summary>What lstat says: a line a file, under its path in hexadecimal.</summary>
    public Dictionary<string, SourceFile> Files { get; } = [];

    /// <summary>Whether the file system of the tree holds extended attributes.</summary>
    public bool HasXattrs { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (!Python.IsAvailable || OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var line in (await Python.RunAsync(["-c", Script, _directory.FullName])).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split('\t');
            if (fields is ["xattrs"])
            {
                HasXattrs = true;
                continue;
            }

            Files.Add(fields[0], new SourceFile(fields[1], fields[2], fields[3], fields[4], fields[5]));
        }
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Skips the test when the tree could not be made.</summary>
    public static void SkipUnlessAvailable()
    {
        Assert.SkipUnless(Python.IsAvailable, Python.SkipReason);
        Assert.SkipUnless(Tar.IsAvailable, Tar.SkipReason);
        Assert.SkipWhen(OperatingSystem.IsWindows() || OperatingSystem.IsMacOS(), "The test needs GNU tar and names that are not UTF-8.");
    }

    /// <summary>The archive that GNU tar makes of the tree.</summary>
    public async Task<byte[]> Archive(params string[] arguments)
    {
        var path = _directory[Guid.NewGuid().ToString("N")];
        await Tar.RunAsync(["-C", _directory["tree"], "-cf", path, .. arguments]);
        return await File.ReadAllBytesAsync(path);
    }

    private const string Script = """
        import hashlib, os, stat, sys
        os.umask(0)
        root = os.path.join(os.fsencode(sys.argv[1]), b'tree')
        os.mkdir(root)
        os.chdir(root)

        def put(path, data, mode=0o644):
            with open(path, 'wb') as f:
                f.write(data)
            os.chmod(path, mode)

        for d in (b'd', b'd/sub', b'long', b's', b'x'):
            os.mkdir(d, 0o755)
        put(b'd/empty', b'', 0o600)
        put(b'd/small', b'hello\n', 0o4755)
        put(b'd/block', bytes(range(256)) * 2)
        put(b'd/large', bytes(range(251)) * 1000)
        put('d/sub/\u00e9'.encode(), b'e')
        put(b'd/sub/\xff\xfe \n', b'bytes')
        os.link(b'd/small', b'd/zlink')
        os.symlink(b'small', b'd/sym')
        os.symlink(b'\xfd', b'd/sym2')
        os.mkfifo(b'd/sub/fifo')
        deep = b'long'
        for c in b'abc':
            deep += b'/' + bytes([c]) * 120
            os.mkdir(deep, 0o711)
        put(deep + b'/' + b'f' * 200, b'deep')
        os.symlink(b't' * 300, b'long/sym')
        put(b'long/old', b'old')
        with open(b's/runs', 'wb') as f:
            for i in range(40):
                f.seek(i * 8192 + 512)
                f.write(bytes([i + 1]) * 700)
            f.truncate(400000)
        with open(b's/hole', 'wb') as f:
            f.truncate(100000)
        put(b'x/attrs', b'x')
        try:
            os.setxattr(b'x/attrs', b'user.bytes', bytes(range(256)))
            os.setxattr(b'x/attrs', b'user.empty', b'')
            os.setxattr(b'x/attrs', b'user.a=%3D%', b'name')
            print('xattrs')
        except OSError:
            pass
        for top, dirs, files in os.walk(b'.', topdown=False):
            for name in files + dirs:
                path = os.path.join(top, name)
                os.utime(path, ns=(0, -5 * 10**9 if name == b'old' else 1500000000123456789), follow_symlinks=False)
                s = os.lstat(path)
                kind = {stat.S_IFREG: 'RegularFile', stat.S_IFDIR: 'Directory', stat.S_IFLNK: 'SymbolicLink', stat.S_IFIFO: 'Fifo'}[stat.S_IFMT(s.st_mode)]
                data = open(path, 'rb').read() if kind == 'RegularFile' else b''
                print(path[2:].hex(), kind, '%o %d %d' % (stat.S_IMODE(s.st_mode), s.st_uid, s.st_gid),
                      '%d.%09d' % divmod(s.st_mtime_ns, 10**9), hashlib.sha256(data).hexdigest(),
                      os.readlink(path).hex() if kind == 'SymbolicLink' else '', sep='\t')
        """;
}

/// <summary>What lstat says of a file.</summary>
public sealed record SourceFile(string Kind, string Attributes, string Time, string Sha256, string Target);
