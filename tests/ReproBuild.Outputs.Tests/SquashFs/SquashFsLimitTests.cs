using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.SquashFs;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Tools;
using static ReproBuild.Outputs.Tests.SquashFs.SquashFsTesting;

namespace ReproBuild.Outputs.Tests.SquashFs;

/// <summary>What an image cannot hold is refused with its path and the limit.</summary>
public sealed class SquashFsLimitTests : IDisposable
{
    private readonly SquashFsTesting _testing = new();

    public void Dispose() => _testing.Dispose();

    [Theory]
    [InlineData("system.posix_acl_access")]
    [InlineData("user.")]
    [InlineData("trusted")]
    public async Task An_attribute_without_a_known_prefix_is_left_out(string name)
    {
        var image = await _testing.CreateAsync(Tree(("f", WithAttributes(FileType.RegularFile, (name, new string('x', 65537))))));
        Assert.Equal((await _testing.CreateAsync(Tree(("f", WithAttributes(FileType.RegularFile))))).ToArray(), image.ToArray());
    }

    [Fact]
    public Task An_attribute_that_is_too_long() =>
        RefusedAsync(WithAttributes(FileType.RegularFile, ("user.long", new string('x', 65537))), "a value of 65537 bytes");

    [Fact]
    public Task A_link_without_a_target() => RefusedAsync(SampleTree.SymbolicLink(""), "'/dir/bad' has a link target of 0 bytes");

    [Fact]
    public Task A_link_whose_target_is_too_long() => RefusedAsync(SampleTree.SymbolicLink(new string('t', 4096)), "of 4096 bytes");

    [Fact]
    public Task A_device_number_that_is_too_large() => RefusedAsync(
        new Inode { Type = FileType.BlockDevice, Mode = (UnixFileMode)0, DeviceMajor = 4096, DeviceMinor = 1 }, "device 4096:1; the largest device number is 4095:1048575");

    [Fact]
    public Task A_file_beyond_2_TiB() =>
        RefusedAsync(File(new FileContentBuilder().AppendZeros((1L << 41) + 1).Build()), "'/dir/bad' has 2199023255553 bytes");

    [Fact]
    public async Task A_name_of_256_bytes()
    {
        await _testing.CreateAsync(Tree((new string('n', 255), File([]))));
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => _testing.CreateAsync(Tree((new string('n', 256), File([])))));
        Assert.Contains("a name of 256 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task More_owners_than_the_table_holds()
    {
        var full = Enumerable.Range(0, 65535).Select(static i => ((ByteString)$"{i}", SampleTree.File(FileContent.Empty, owner: (uint)i))).ToArray();
        await _testing.CreateAsync(Tree(full));
        var error = await Assert.ThrowsAsync<OutputFormatException>(
            () => _testing.CreateAsync(Tree([.. full, ("more", SampleTree.File(FileContent.Empty, owner: 70000))])));
        Assert.Contains("65536 different user and group ids", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2048)]
    [InlineData(5000)]
    [InlineData(2 << 20)]
    public async Task A_block_size_out_of_range(int blockSize)
    {
        var error = await Assert.ThrowsAsync<InvalidOptionException>(() => _testing.CreateAsync(Tree(), new SquashFsOptions { BlockSize = blockSize }));
        Assert.Contains("not a power of two from 4096 to 1048576", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_effort_that_is_not_known()
    {
        var error = await Assert.ThrowsAsync<InvalidOptionException>(
            () => _testing.CreateAsync(Tree(), new SquashFsOptions { Effort = (CompressionEffort)3 }));
        Assert.Equal("SquashFsOptions.Effort", error.OptionName);
    }

    [Fact]
    public void The_defaults_are_those_that_the_documentation_states()
    {
        var options = new SquashFsOptions();
        Assert.Equal((131072, SquashFsCompression.Gzip, 1, 1492533000L),
            (options.BlockSize, options.Compression, options.MaxParallelism, options.SourceDateEpoch));
    }

    [Fact]
    public async Task A_cancelled_build_ends()
    {
        using var scratch = new ReproBuild.Core.FileSystem.ScratchSpace();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => SquashFsImage.CreateAsync(Tree(("f", File(Noise(1 << 20, 1)))), new SquashFsOptions { MaxParallelism = 4 }, scratch, cancelled.Token));
    }

    private async Task RefusedAsync(Inode inode, string message)
    {
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => _testing.CreateAsync(Tree(("dir/bad", inode))));
        Assert.StartsWith("'/dir/bad' ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
