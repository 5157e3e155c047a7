using CsCheck;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Partitioning;
using ReproBuild.Outputs.Tests.Partitioning;
using ReproBuild.Outputs.Tests.VirtualDisks;
using ReproBuild.Outputs.VirtualDisks;
using ReproBuild.Testing.Randomized;

namespace ReproBuild.Outputs.Tests.Randomized;

/// <summary>Random disks through every container and both partition tables, and back by readers that were written from the specifications.</summary>
public sealed class RandomDiskTests
{
    private const int Cases = 200;
    private const int MiB = 1 << 20;
    private const int GrainSize = 65536;

    private static readonly Gen<RandomContent[]> Parts = Gen.Frequency(
        (3, RandomTrees.Content),
        (3, Gen.Select(RandomTrees.Content, Gen.Int[1, 300_000], static (parts, zeros) => (RandomContent[])[.. parts, new(RandomStyle.Zeros, zeros, 0), .. parts])),
        (1, Gen.Select(RandomTrees.Content, Gen.Int[1, 5_000_000], static (parts, zeros) => (RandomContent[])[.. parts, new(RandomStyle.Zeros, zeros, 0), .. parts])));

    [Fact]
    public Task Qcow2() => CheckContainerAsync(multiple: 512, static (disk, _, _) => Qcow2Image.CreateAsync(disk), VirtualDiskReader.Qcow2);

    [Fact]
    public Task Fixed_vhd() => CheckContainerAsync(
        multiple: MiB, static (disk, _, _) => VhdImage.CreateAsync(disk, new VhdOptions { UniqueId = Guid.Empty }), VirtualDiskReader.Vhd);

    [Fact]
    public Task Dynamic_vhd() => CheckContainerAsync(
        multiple: MiB, static (disk, _, _) => VhdImage.CreateAsync(disk, new VhdOptions { UniqueId = Guid.Empty, IsDynamic = true }), VirtualDiskReader.Vhd);

    [Fact]
    public Task Vmdk() => CheckContainerAsync(
        multiple: GrainSize,
        static (disk, threads, scratch) => VmdkImage.CreateAsync(disk, new VmdkOptions { ContentId = 1, MaxParallelism = threads }, scratch),
        VirtualDiskReader.Vmdk);

    [Fact]
    public Task Master_boot_record() => CheckPartitionsAsync(4, static async (contents, signature) =>
    {
        var disk = await MbrImage.CreateAsync(
            [.. contents.Select((c, i) => new MbrPartition((byte)(0x0c + i), c, isActive: i == 1))], new MbrOptions { DiskSignature = (uint)signature });
        var seen = PartitionReader.Mbr(SeenInImages.Bytes(disk));
        Assert.Equal(contents.Select(static (_, i) => $"{0x0c + i:x2}{(i == 1 ? " active" : "")}"), seen.Select(static p => p.Type));
        return seen;
    });

    [Fact]
    public Task Guid_partition_table() => CheckPartitionsAsync(3, static async (contents, number) =>
    {
        var partitions = contents.Select((c, i) => new GptPartition(
            GptPartitionTypes.LinuxFileSystem, new Guid(i + 1, 0, 0, new byte[8]), new string((char)(0xe0 + i), (number + i) % 37), c)).ToArray();
        var disk = await GptImage.CreateAsync(partitions, new GptOptions { DiskId = new Guid(number, 1, 1, new byte[8]) });
        var seen = PartitionReader.Gpt(SeenInImages.Bytes(disk));
        Assert.Equal(partitions.Select(static p => ($"{p.Type} {p.Id}", p.Name)), seen.Select(static p => (p.Type, p.Name)));
        return seen;
    });

    private static Task CheckContainerAsync(int multiple, Func<FileContent, int, ScratchSpace, Task<FileContent>> create, Func<byte[], byte[]> read) =>
        RandomCases.CheckAsync(
            Gen.Select(Parts, Gen.Int[0, 1000], Gen.Int[1, 8]),
            async random =>
            {
                var (parts, order, threads) = random;
                using var scratch = new ScratchSpace();
                var disk = new FileContentBuilder().Append(RandomContent.Compose(parts, new Random(order))).AlignTo(multiple).Build();
                var image = SeenInImages.Bytes(await create(disk, threads, scratch));
                Assert.True(SeenInImages.Bytes(disk).AsSpan().SequenceEqual(read(image)), "The disk has other bytes.");

                // Where its holes are shows in a container, how it is put together otherwise does not.
                var halves = new FileContentBuilder().Append(disk.Slice(0, disk.Length / 3)).Append(disk.Slice(disk.Length / 3, disk.Length - (disk.Length / 3))).Build();
                var other = SeenInImages.Bytes(await create(halves, 1, scratch));
                Assert.True(image.AsSpan().SequenceEqual(other), "The same disk gives other bytes.");
            },
            Cases,
            Print);

    private static Task CheckPartitionsAsync(int most, Func<FileContent[], int, Task<List<SeenPartition>>> write) =>
        RandomCases.CheckAsync(
            Gen.Select(RandomTrees.Content.Where(static c => c.Sum(static p => p.Size) > 0).Array[1, most], Gen.Int[1, 1000], Gen.Const(0)),
            async random =>
            {
                var (contents, number, _) = random;
                var seen = await write([.. contents.Select(c => RandomContent.Compose(c, new Random(number)))], number);
                Assert.Equal(contents.Length, seen.Count);
                foreach (var (content, partition) in contents.Select(static c => RandomContent.Join(c)).Zip(seen))
                {
                    Assert.Equal(0, partition.FirstSector % (MiB / 512));
                    Assert.True(partition.Content.AsSpan().StartsWith(content), "A partition has other bytes.");
                    Assert.Equal((content.Length + 511) / 512 * 512, partition.Content.Length);
                }
            },
            Cases,
            static random => $"{string.Join(" | ", random.Item1.Select(static c => string.Join(' ', c.AsEnumerable())))}; {random.Item2}");

    private static string Print((RandomContent[] Parts, int Order, int Threads) random) =>
        $"{string.Join(' ', random.Parts.AsEnumerable())}; order {random.Order}, {random.Threads} threads";
}
