using ReproBuild.Core.Building;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Core.Tests.Building;

public sealed class ScratchSpaceTests
{
    [Fact]
    public async Task Spaces_of_builds_at_once_share_a_directory_while_files_come_and_go()
    {
        using var directory = new TemporaryDirectory("scratch");
        await Parallel.ForAsync(0, 5000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, cancellation) =>
        {
            using var scratch = new ScratchSpace(directory.FullName);
            var bytes = BitConverter.GetBytes(i);
            var content = await scratch.CreateAsync(async (stream, ct) => await stream.WriteAsync(bytes, ct), cancellation);
            var read = new byte[bytes.Length];
            content.Read(0, read);
            Assert.Equal(bytes, read);
        });
        Assert.Empty(Directory.GetFiles(directory.FullName));
    }
}
