using ReproBuild.Testing.Tools;

namespace ReproBuild.Testing.Formats;

/// <summary>Lists a directory of the host in the lines of <see cref="TreeLines"/>, through Python's <c>os.lstat</c>.</summary>
public static class ExtractedTreeLines
{
    private const string Script = """
        import hashlib, os, stat, sys
        root, first, lines = os.fsencode(sys.argv[1]), {}, []
        kinds = {stat.S_IFREG: 'file', stat.S_IFDIR: 'dir', stat.S_IFLNK: 'link', stat.S_IFCHR: 'char', stat.S_IFBLK: 'block', stat.S_IFIFO: 'fifo'}
        def visit(path):
            for name in sorted(os.listdir(os.path.join(root, path))):
                child = os.path.join(path, name)
                full = os.path.join(root, child)
                s = os.lstat(full)
                kind = kinds[stat.S_IFMT(s.st_mode)]
                mode = 0 if kind == 'link' else stat.S_IMODE(s.st_mode)
                detail = ''
                if kind == 'file': detail = '%d %s' % (s.st_size, hashlib.sha256(open(full, 'rb').read()).hexdigest())
                if kind == 'link': detail = os.readlink(full).hex()
                if kind in ('char', 'block'): detail = '%d:%d' % (os.major(s.st_rdev), os.minor(s.st_rdev))
                same = first.setdefault(s.st_ino, child) if kind not in ('dir', 'link') else child
                print(child.hex(), kind, '%o' % mode, '%d:%d' % (s.st_uid, s.st_gid), int(s.st_mtime // 1), detail, '' if same == child else same.hex(), sep='|')
                if kind == 'dir': visit(child)
        visit(b'')
        """;

    /// <summary>The program that lists.</summary>
    public static ExternalTool Python { get; } = new("python3", "python3");

    /// <summary>The lines, in tree order.</summary>
    public static async Task<string[]> OfAsync(string directory, CancellationToken cancellationToken = default) =>
        (await Python.RunAsync(["-c", Script, directory], cancellationToken: cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
