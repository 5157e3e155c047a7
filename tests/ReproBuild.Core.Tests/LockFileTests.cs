using ReproBuild.Testing.Tools;

namespace ReproBuild.Core.Tests;

public sealed class LockFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new("lock");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void One_holds_it_and_a_temporary_one_goes_with_it()
    {
        using (LockFile.TryAcquire(_directory["lock"], isTemporary: true))
        {
            Assert.Null(LockFile.TryAcquire(_directory["lock"], isTemporary: true));
            Assert.True(File.Exists(_directory["lock"]));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.FullName));
    }

    [Fact]
    public void A_lasting_one_stays()
    {
        LockFile.TryAcquire(_directory["lock"], isTemporary: false)!.Dispose();
        LockFile.TryAcquire(_directory["lock"], isTemporary: false)!.Dispose();
        Assert.True(File.Exists(_directory["lock"]));
    }

    [Fact]
    public void Whoever_holds_a_temporary_one_holds_the_file_that_has_its_name()
    {
        var holders = 0;
        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            using var held = LockFile.TryAcquire(_directory["lock"], isTemporary: true);
            if (held is not null)
            {
                Assert.Equal(1, Interlocked.Increment(ref holders));
                Interlocked.Decrement(ref holders);
            }
        });
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.FullName));
    }

    [Fact]
    public void A_link_is_not_followed()
    {
        File.CreateSymbolicLink(_directory["lock"], "elsewhere");
        Assert.Contains("symbolic link", Assert.Throws<IOException>(() => LockFile.TryAcquire(_directory["lock"], isTemporary: true)).Message,
            StringComparison.Ordinal);
        Assert.False(File.Exists(_directory["elsewhere"]));
    }
}
