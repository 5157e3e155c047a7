using BenchmarkDotNet.Attributes;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Benchmarks;

/// <summary>The hashes over 16 MiB: SHA-256, by which things are known, and the checksums of blocks, by which the cache is verified.</summary>
public class HashBenchmarks
{
    [Benchmark]
    public Digest Sha256() => Digest.OfSha256(Sample.Bytes);

    [Benchmark]
    public BlockChecksums BlockChecksums()
    {
        var builder = new BlockChecksumBuilder();
        builder.Append(Sample.Bytes);
        return builder.Build();
    }
}
