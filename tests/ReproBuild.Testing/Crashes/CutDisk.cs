namespace ReproBuild.Testing.Crashes;

/// <summary>A disk whose power fails while a recorded process writes to it: what it may hold then.</summary>
/// <remarks>
/// Kept is what was flushed: the bytes of a file up to its last <c>fsync</c>, and names up to the last <c>fsync</c> of their directory. Of the
/// rest each write is there, torn or missing, at random, whatever the order; of the names either the first of them in order, or any.
/// A file's name says nothing of its bytes.
/// </remarks>
public sealed class CutDisk
{
    private readonly string _root;
    private readonly int _cut;
    private readonly Dictionary<string, DiskFile?> _before;
    private readonly Dictionary<string, DiskFile?> _names;
    private readonly List<NameChange> _changes = [];
    private readonly Dictionary<string, int> _flushed = new(StringComparer.Ordinal);

    /// <summary>Follows the calls of a process up to a power cut.</summary>
    /// <param name="root">The directory below which they were recorded.</param>
    /// <param name="before">What was there before, all of it on the disk, as <see cref="Look"/> sees it.</param>
    /// <param name="calls">The calls.</param>
    /// <param name="cut">How many of them were made when the power failed.</param>
    public CutDisk(string root, IReadOnlyDictionary<string, byte[]?> before, IReadOnlyList<RecordedCall> calls, int cut)
    {
        (_root, _cut) = (root, cut);
        _before = before.ToDictionary(
            pair => Path.Combine(root, pair.Key), static pair => pair.Value is { } bytes ? new DiskFile(bytes) : null, StringComparer.Ordinal);
        _names = new Dictionary<string, DiskFile?>(_before, StringComparer.Ordinal);
        for (var time = 0; time < cut; time++)
        {
            Follow(calls[time], time);
        }
    }

    /// <summary>What is below a directory, by path: the bytes of files, null for directories.</summary>
    public static Dictionary<string, byte[]?> Look(string root) => new DirectoryInfo(root)
        .EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
        .ToDictionary(
            info => Path.GetRelativePath(root, info.FullName), static info => info is FileInfo ? File.ReadAllBytes(info.FullName) : null,
            StringComparer.Ordinal);

    /// <summary>Makes files and directories as <see cref="Look"/> sees them.</summary>
    public static void Make(string root, IReadOnlyDictionary<string, byte[]?> content)
    {
        foreach (var (name, bytes) in content.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            if (bytes is null)
            {
                Directory.CreateDirectory(Path.Combine(root, name));
            }
            else
            {
                File.WriteAllBytes(Path.Combine(root, name), bytes);
            }
        }
    }

    /// <summary>What the process saw.</summary>
    public Dictionary<string, byte[]?> Whole() => Content(_names, static file => file.Whole());

    /// <summary>What may be there after the power cut.</summary>
    public Dictionary<string, byte[]?> Cut(Random random)
    {
        var first = random.Next(_cut + 1);
        var part = random.Next(2) == 0 ? (double?)random.NextDouble() : null;
        var names = new Dictionary<string, DiskFile?>(_before, StringComparer.Ordinal);
        foreach (var change in _changes)
        {
            if (IsFlushed(change) || (part is { } likely ? random.NextDouble() < likely : change.Time < first))
            {
                change.Apply(names);
            }
        }

        return Content(names, file => file.Cut(random));
    }

    private bool IsFlushed(NameChange change) => _flushed.GetValueOrDefault(Path.GetDirectoryName(change.Added ?? change.Removed)!, -1) > change.Time;

    /// <summary>What has lost its directory cannot be reached.</summary>
    private Dictionary<string, byte[]?> Content(Dictionary<string, DiskFile?> names, Func<DiskFile, byte[]> read) => names
        .Where(pair => IsReachable(names, pair.Key))
        .ToDictionary(pair => Path.GetRelativePath(_root, pair.Key), pair => pair.Value is { } file ? read(file) : null, StringComparer.Ordinal);

    private bool IsReachable(Dictionary<string, DiskFile?> names, string path) =>
        Path.GetDirectoryName(path)! is var directory
        && (directory == _root || (names.TryGetValue(directory, out var file) && file is null && IsReachable(names, directory)));

    private void Follow(RecordedCall call, int time)
    {
        var file = _names.GetValueOrDefault(call.Path);
        switch (call.Kind)
        {
            case RecordedCallKind.Create:
                Change(new NameChange(time, null, call.Path, new DiskFile([])));
                break;
            case RecordedCallKind.MakeDirectory:
                Change(new NameChange(time, null, call.Path, null));
                break;
            case RecordedCallKind.Rename when _names.ContainsKey(call.Path):
                Change(new NameChange(time, call.Path, call.NewPath, file));
                break;
            case RecordedCallKind.Link when file is not null:
                Change(new NameChange(time, null, call.NewPath, file));
                break;
            case RecordedCallKind.Unlink or RecordedCallKind.RemoveDirectory:
                Change(new NameChange(time, call.Path, null, null));
                break;
            case RecordedCallKind.Write:
                file?.Write(time, call.Number, call.Data);
                break;
            case RecordedCallKind.Truncate:
                file?.Truncate(time, call.Number);
                break;
            case RecordedCallKind.Sync when file is not null:
                file.Flush(time);
                break;
            case RecordedCallKind.Sync:
                _flushed[call.Path] = time;
                break;
        }
    }

    private void Change(NameChange change)
    {
        change.Apply(_names);
        _changes.Add(change);
    }

    /// <summary>A name that goes, one that comes, or both at once; of what it names a directory is null.</summary>
    private sealed record NameChange(int Time, string? Removed, string? Added, DiskFile? File)
    {
        public void Apply(Dictionary<string, DiskFile?> names)
        {
            if (Removed is not null && names.Remove(Removed))
            {
                foreach (var below in names.Keys.Where(name => name.StartsWith(Removed + '/', StringComparison.Ordinal)).ToList())
                {
                    names.Remove(below);
                }
            }

            if (Added is not null)
            {
                names[Added] = File;
            }
        }
    }
}
