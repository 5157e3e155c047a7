using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Core.Tests.FileSystem;

public sealed class FileBlobTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new("blob");
    private readonly string _path;

    public FileBlobTests()
    {
        _path = _directory["file"];
        File.WriteAllText(_path, "0123456789");
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0, 10, "0123456789")]
    [InlineData(0, 20, "0123456789")]
    [InlineData(3, 4, "3456")]
    [InlineData(8, 4, "89")]
    [InlineData(10, 4, "")]
    [InlineData(long.MaxValue, 4, "")]
    public void Any_part_can_be_read(long offset, int count, string expected)
    {
        using var byPath = new FileBlob(_path);
        using var byHandle = new FileBlob(File.OpenHandle(_path));
        foreach (var blob in (Blob[])[byPath, byHandle])
        {
            Assert.Equal(10, blob.Length);
            var buffer = new byte[count];
            Assert.Equal(expected.Length, blob.Read(offset, buffer));
            Assert.Equal(expected, System.Text.Encoding.ASCII.GetString(buffer, 0, expected.Length));
        }
    }

    [Theory]
    [InlineData("01234567890")]
    [InlineData("012345678")]
    public void A_file_that_has_another_length_when_its_end_is_read_is_an_error_that_names_it(string changed)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let a file change that is open.");
        using var blob = new FileBlob(_path);
        File.WriteAllText(_path, changed);
        Assert.Equal(5, blob.Read(0, new byte[5]));
        Assert.Contains(_path, Assert.ThrowsAny<IOException>(() => blob.Read(5, new byte[5])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_who_reads_bytes_of_a_file_by_its_name_learns_that_it_changed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let a file change that is open.");
        using var byPath = new FileBlob(_path);
        using var byHandle = new FileBlob(File.OpenHandle(_path, share: FileShare.ReadWrite));
        File.WriteAllText(_path, "012345678");
        Assert.Equal(0, byPath.Read(5, []));
        Assert.Equal(0, byPath.Read(10, new byte[5]));
        Assert.Equal(4, byHandle.Read(5, new byte[5]));
    }

    [Fact]
    public void Nothing_is_read_once_it_is_disposed()
    {
        var blob = new FileBlob(_path);
        blob.Dispose();
        Assert.Throws<ObjectDisposedException>(() => blob.Read(0, new byte[1]));
    }
}
