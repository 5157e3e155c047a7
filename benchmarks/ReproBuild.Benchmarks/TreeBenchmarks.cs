using BenchmarkDotNet.Attributes;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Benchmarks;

/// <summary>A tree of 10,000 files: building it, finding every path, its digest.</summary>
public class TreeBenchmarks
{
    private readonly FileTree _tree = BuildTree();

    [Benchmark]
    public FileTree Build() => BuildTree();

    [Benchmark]
    public int Find() => Sample.Paths.Count(path => _tree.Find(path) is not null);

    [Benchmark]
    public Digest ComputeDigest() => _tree.ComputeDigest();

    private static FileTree BuildTree()
    {
        var builder = new FileTreeBuilder();
        var parent = Inode.Directory();
        for (var i = 0; i < Sample.Paths.Count; i++)
        {
            builder.Add(Sample.Paths[i], Inode.File(Sample.Contents[i]), implicitParent: parent);
        }

        return builder.Build();
    }
}
