using System.Security.Cryptography;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Disks;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.Disks;

/// <summary>GNU tar reads the archive for Google, and would have written the same header.</summary>
public sealed class GcpArchiveTests : IDisposable
{
    private const long Epoch = 1492533000;

    private static readonly ExternalTool Tar = new("tar", "tar");

    private readonly TemporaryDirectory _directory = new("gcp");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(9000)]
    public async Task Tar_lists_one_disk_and_warns_of_nothing(long gibibytes)
    {
        Assert.SkipUnless(Tar.IsAvailable, Tar.SkipReason);
        await GcpContainer.Archive(Disk(gibibytes << 30), Epoch).WriteToAsync(_directory["gcp.tar"], TestContext.Current.CancellationToken);
        var result = await Tar.TryRunAsync(["--utc", "--numeric-owner", "-tvf", _directory["gcp.tar"]], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal($"-rw-r--r-- 0/0 {gibibytes << 30} 2017-04-18 16:30 disk.raw", string.Join(' ', result.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)));
    }

    [Theory]
    [InlineData(1, Epoch)]
    [InlineData(9, Epoch)]
    [InlineData(1, 0)]
    [InlineData(1, 8_589_934_592)]
    public async Task The_header_is_what_tar_writes_in_its_old_format(long gibibytes, long epoch)
    {
        Assert.SkipUnless(Tar.IsAvailable, Tar.SkipReason);
        await new FileContentBuilder().AppendZeros(gibibytes << 30).Build().WriteToAsync(_directory["disk.raw"], TestContext.Current.CancellationToken);
        var command = $"tar --format=oldgnu --numeric-owner --owner=:0 --group=:0 --mode=0644 --mtime=@{epoch} -cf - disk.raw | head -c 512 > header";
        await new ExternalTool("sh", "dash").TryRunAsync(["-c", $"cd '{_directory.FullName}' && {command}"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(File.ReadAllBytes(_directory["header"]), GnuTarHeader.Create("disk.raw"u8, gibibytes << 30, epoch));
    }

    [Fact]
    public async Task Tar_extracts_the_disk()
    {
        Assert.SkipUnless(Tar.IsAvailable, Tar.SkipReason);
        var disk = Disk(64L << 20);
        await GcpContainer.Archive(disk, Epoch).WriteToAsync(_directory["gcp.tar"], TestContext.Current.CancellationToken);
        await Tar.RunAsync(["-xf", _directory["gcp.tar"], "-C", _directory.FullName], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(SHA256.HashData(disk.ToArray()), SHA256.HashData(await File.ReadAllBytesAsync(_directory["disk.raw"], TestContext.Current.CancellationToken)));
    }

    private static FileContent Disk(long size) => new FileContentBuilder().Append("begin"u8.ToArray()).PadTo(size - 3).Append("end"u8.ToArray()).Build();
}
