using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using ReproBuild.Testing.Tools;

namespace ReproBuild.PublicApi.Tests.Packages;

/// <summary>Packing twice gives the same bytes, and the packages hold what their users need.</summary>
[Trait("Speed", "Slow")]
public sealed class PackageTests : IDisposable
{
    private static readonly ExternalTool[] Tools = [new("bash", "bash"), new("git", "git"), new("dotnet", "dotnet-sdk-10.0"), new("tar", "tar")];

    private readonly TemporaryDirectory _directory = new("packages");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Packages_made_twice_are_the_same_and_complete()
    {
        Assert.All(Tools, static tool => Assert.SkipUnless(tool.IsAvailable, tool.SkipReason));
        Assert.SkipUnless(Path.Exists(RepositoryFiles.FullPath(".git")), "The packages are made from clones, and this is not one.");
        var options = new ToolOptions { Timeout = TimeSpan.FromMinutes(20) };
        await Tools[0].RunAsync([RepositoryFiles.FullPath("eng/check-packages.sh"), _directory.FullName], options, TestContext.Current.CancellationToken);

        foreach (var name in new[] { "ReproBuild.Core", "ReproBuild.Registry", "ReproBuild.Outputs", "ReproBuild.Conformance" })
        {
            CheckPackage(name);
            CheckSymbols(name);
        }
    }

    private void CheckPackage(string name)
    {
        using var package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(_directory.FullName, $"{name}.*.nupkg")));
        var files = package.Entries.ToDictionary(static e => e.FullName, Read);
        Assert.All(package.Entries, static entry => Assert.Equal(new DateTime(2017, 4, 18, 16, 30, 0), entry.LastWriteTime.DateTime));
        Assert.Equal(RepositoryFiles.Read($"src/{name}/README.md"), Encoding.UTF8.GetString(files["README.md"]).ReplaceLineEndings("\n"));
        Assert.True(files[$"lib/net10.0/{name}.xml"].Length > 1000);
        Assert.Contains("IsAotCompatible", Encoding.UTF8.GetString(files[$"lib/net10.0/{name}.dll"]), StringComparison.Ordinal);

        var metadata = XDocument.Load(new MemoryStream(files[$"{name}.nuspec"])).Root!.Elements().Single().Elements().ToLookup(static e => e.Name.LocalName);
        Assert.Equal("Apache-2.0", metadata["license"].Single().Value);
        Assert.Equal("README.md", metadata["readme"].Single().Value);
        Assert.Contains("linuxkit", metadata["tags"].Single().Value, StringComparison.Ordinal);
        Assert.NotEmpty(metadata["description"].Single().Value);
        var repository = metadata["repository"].Single();
        Assert.Equal(["type", "url", "commit"], repository.Attributes().Select(static a => a.Name.LocalName));
        var version = metadata["version"].Single().Value;
        var dependencies = metadata["dependencies"].Single().Descendants()
            .Where(static d => d.Attribute("id") is not null).ToDictionary(static d => d.Attribute("id")!.Value, static d => d.Attribute("version")!.Value);
        Assert.DoesNotContain(dependencies.Keys, static id => id.Contains("Analyzers", StringComparison.Ordinal));
        var own = dependencies.Where(static dependency => dependency.Key.StartsWith("ReproBuild.", StringComparison.Ordinal)).ToList();
        Assert.Equal(name != "ReproBuild.Core", own.Count > 0);
        Assert.All(own, dependency => Assert.Equal($"[{version}]", dependency.Value));
    }

    /// <summary>The symbols know their sources by commit and by a path that is the same everywhere.</summary>
    private void CheckSymbols(string name)
    {
        using var package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(_directory.FullName, $"{name}.*.snupkg")));
        var symbols = Encoding.UTF8.GetString(Read(package.GetEntry($"lib/net10.0/{name}.pdb")!));
        Assert.Contains("{\"documents\":{\"/_/*\":\"https://raw.githubusercontent.com/example/reprobuild/", symbols, StringComparison.Ordinal);
    }

    private static byte[] Read(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
