using CsCheck;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Outputs.Fat;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Outputs.Iso9660;
using ReproBuild.Outputs.SquashFs;
using ReproBuild.Outputs.Tar;
using ReproBuild.Testing.Randomized;

namespace ReproBuild.Outputs.Tests.Randomized;

/// <summary>
/// Random trees through every image writer, and back by a reader that was written from the specification: what comes out is what the format promises to
/// keep, and the bytes tell nothing of threads, of the order in which names were added, or of how contents are put together.
/// </summary>
public sealed class RandomTreeTests
{
    private const int Cases = 200;

    [Fact]
    public Task Tar() => CheckAsync(
        RandomTrees.Any, static (tree, _, _, _) => TarImage.CreateAsync(tree), SeenInImages.OfTar, Kept.ByTar);

    [Fact]
    public Task Cpio() => CheckAsync(
        RandomTrees.Any, static (tree, _, _, _) => CpioImage.CreateAsync(tree), SeenInImages.OfCpio, Kept.ByCpio);

    [Fact]
    public Task Iso_9660() => CheckAsync(
        RandomTrees.Any, static (tree, _, _, _) => Iso9660Image.CreateAsync(tree, new Iso9660Options { Joliet = false }), SeenInImages.OfIso, Kept.ByIso, Kept.IsRefusedByIso);

    [Theory]
    [InlineData(SquashFsCompression.Gzip)]
    [InlineData(SquashFsCompression.Lz4)]
    [InlineData(SquashFsCompression.Zstd)]
    public Task SquashFs(SquashFsCompression compression) => CheckAsync(
        RandomTrees.Any,
        (tree, ways, threads, scratch) => SquashFsImage.CreateAsync(
            tree, new SquashFsOptions { Compression = compression, BlockSize = 4096 << (ways % 3), MaxParallelism = threads }, scratch),
        SeenInImages.OfSquashFs,
        Kept.BySquashFs);

    [Theory]
    [InlineData(ErofsCompression.None)]
    [InlineData(ErofsCompression.Lz4)]
    public Task Erofs(ErofsCompression compression) => CheckAsync(
        RandomTrees.Any,
        (tree, _, threads, scratch) => ErofsImage.CreateAsync(
            tree, new ErofsOptions { Uuid = Guid.Empty, Compression = compression, MaxParallelism = threads }, scratch),
        SeenInImages.OfErofs,
        Kept.ByErofs);

    [Fact]
    public Task Fat() => CheckAsync(
        RandomTrees.Plain, static (tree, _, _, _) => FatImage.CreateAsync(tree, new FatOptions { SerialNumber = 1 }), SeenInImages.OfFat, Kept.ByFat);

    /// <param name="trees">The trees.</param>
    /// <param name="create">Makes an image of a tree, given what is free to choose about the image, a number of threads, and room for files.</param>
    /// <param name="read">What a reader sees in an image.</param>
    /// <param name="kept">What the format keeps of a file; null when nothing.</param>
    /// <param name="isRefused">Whether the format cannot hold a file, by the limits that it is documented to have.</param>
    private static Task CheckAsync(
        Gen<RandomTree> trees,
        Func<FileTree, int, int, ScratchSpace, Task<FileContent>> create,
        Func<FileContent, IEnumerable<SeenFile>> read,
        Func<SeenFile, SeenFile?> kept,
        Predicate<SeenFile>? isRefused = null) =>
        RandomCases.CheckAsync(
            Gen.Select(trees, Gen.Int[0, 1000], Gen.Int[1, 8]),
            async random =>
            {
                var (tree, ways, threads) = random;
                using var scratch = new ScratchSpace();
                if (isRefused is not null && tree.Seen().Any(file => isRefused(file)))
                {
                    await Assert.ThrowsAsync<OutputFormatException>(() => create(tree.Build(), ways, 1, scratch));
                    return;
                }

                var image = await create(tree.Build(), ways, 1, scratch);
                Assert.Equal(SeenFile.Lines(tree.Seen().Select(kept).OfType<SeenFile>()), SeenFile.Lines(read(image)));
                var other = await create(tree.Build(order: ways), ways, threads, scratch);
                Assert.True(SeenInImages.Bytes(image).AsSpan().SequenceEqual(SeenInImages.Bytes(other)), $"Other bytes with {threads} threads and order {ways}.");
            },
            Cases,
            static random => $"{random.Item1}order {random.Item2}, {random.Item3} threads");
}
