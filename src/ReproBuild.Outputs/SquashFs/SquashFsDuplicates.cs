using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>
/// Finds files with equal content by their SHA-256. Only files that share their length with another are looked at, and read only if nobody has yet.
/// </summary>
internal sealed class SquashFsDuplicates
{
    private readonly Dictionary<Inode, ByteString> _digests = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ByteString, SquashFsFileData> _written = [];

    private SquashFsDuplicates()
    {
    }

    public static async Task<SquashFsDuplicates> FindAsync(IReadOnlyList<Inode> files, SquashFsOptions options, CancellationToken cancellationToken)
    {
        Inode[] candidates = [.. files.Where(f => f.Content.Length >= options.BlockSize)
            .GroupBy(static f => f.Content.Length).Where(static g => g.Skip(1).Any()).SelectMany(static g => g)];
        var digests = new ByteString[candidates.Length];
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = MemoryBudget.MaxAtOnce(options.MaxParallelism, options.BlockSize), CancellationToken = cancellationToken,
        };
        await Parallel.ForAsync(0, candidates.Length, parallel, (i, ct) =>
        {
            digests[i] = candidates[i].Content.GetSha256(ct);
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        var duplicates = new SquashFsDuplicates();
        for (var i = 0; i < candidates.Length; i++)
        {
            duplicates._digests.Add(candidates[i], digests[i]);
        }

        return duplicates;
    }

    /// <summary>The data of an equal file that has been written already, or null.</summary>
    public SquashFsFileData? Find(Inode file)
    {
        if (!_digests.TryGetValue(file, out var digest) || !_written.TryGetValue(digest, out var data))
        {
            return null;
        }

        ContentReads.Add(file.Content.Length);
        return data;
    }

    public void Add(Inode file, SquashFsFileData data)
    {
        if (_digests.TryGetValue(file, out var digest))
        {
            _written.Add(digest, data);
        }
    }
}
