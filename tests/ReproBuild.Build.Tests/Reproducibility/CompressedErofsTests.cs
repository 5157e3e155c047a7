using System.Security.Cryptography;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Reproducibility;

/// <summary>An EROFS image with LZ4, which no standard format writes by default, has the same bytes in processes with another environment.</summary>
[Trait("Speed", "Slow")]
public sealed class CompressedErofsTests : IDisposable
{
    private const string RequestVariable = "REPROBUILD_TEST_EROFS";

    /// <summary>A change here needs a commit that says which bytes changed and why.</summary>
    private const string Golden = "3fb8c873f77b1c8c2f77cc44e1f7ab2b82ea861d9007a7ba6a2b4be6d169bf1b";

    private readonly TemporaryDirectory _directory = new("erofs-variation");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("no vector instructions")]
    [InlineData("one processor")]
    [InlineData("sixteen processors")]
    public async Task The_image_is_the_same_in_another_environment(string name)
    {
        var variation = Variation.All[name];
        var process = variation.Process with { Environment = new Dictionary<string, string>(variation.Process.Environment) { [RequestVariable] = "1" } };
        var result = await process.RunAsync(_directory, [], TestContext.Current.CancellationToken);
        var digests = result.EnsureSuccess().Output.ReplaceLineEndings("\n");
        Assert.True(digests == $"{Golden}\n{Golden}\n", $"The digests are:\n{digests}");
        Assert.Contains(variation.Observed, await File.ReadAllLinesAsync(_directory["observed"], TestContext.Current.CancellationToken));
    }

    /// <summary>In the other process: prints the digests of the image, made by one thread and by four, and ends the process. Does nothing where it was not asked.</summary>
    internal static void RunIfAsked()
    {
        if (Environment.GetEnvironmentVariable(RequestVariable) is null)
        {
            return;
        }

        Console.WriteLine(DigestAsync(1).GetAwaiter().GetResult());
        Console.WriteLine(DigestAsync(4).GetAwaiter().GetResult());
        Environment.Exit(0);
    }

    private static async Task<string> DigestAsync(int threads)
    {
        var builder = new FileTreeBuilder();
        builder.Add("corpus", new Inode { Type = FileType.RegularFile, Mode = (UnixFileMode)0b110_100_100, Content = FileContent.FromBytes(Corpus.Create()) });
        using var scratch = new ScratchSpace();
        var options = new ErofsOptions { Uuid = Guid.Empty, Compression = ErofsCompression.Lz4, MaxParallelism = threads };
        var image = await ErofsImage.CreateAsync(builder.Build(), options, scratch);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(image.OpenRead()));
    }
}
