using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Samples;

public sealed class QuickStartTests
{
    private static readonly ExternalTool Dotnet = new("dotnet", "dotnet-sdk-10.0");

    [Fact]
    public async Task Two_builds_from_the_embedded_registry_are_equal_in_every_format()
    {
        using var directory = new TemporaryDirectory("quickstart");

        var result = (await Dotnet.TryRunAsync([RepositoryProgram.Find("samples/QuickStart", "QuickStart.dll"), directory.FullName])).EnsureSuccess();

        Assert.Contains("files are equal, bit by bit.", result.Output, StringComparison.Ordinal);
        foreach (var format in StandardOutputFormats.All)
        {
            Assert.Contains("\n" + format.Name, result.Output, StringComparison.Ordinal);
            Assert.NotEmpty(Directory.GetFiles(directory["first/" + format.Name]));
        }
    }
}
