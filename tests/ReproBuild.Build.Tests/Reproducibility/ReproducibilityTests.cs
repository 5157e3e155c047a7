using System.Security.Cryptography;
using ReproBuild.Testing.Conforming;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Reproducibility;

/// <summary>Whole builds in processes of their own, each with another environment, give the same bytes.</summary>
[Trait("Speed", "Slow")]
public sealed class ReproducibilityTests : IDisposable
{
    private const string Formats = "tar,docker,kernel+initrd,tar-kernel-initrd";

    /// <summary>What the build of <c>minimal.yml</c> with <see cref="Corpus"/> gives. A change here needs a commit that says which bytes changed and why.</summary>
    private static readonly Dictionary<string, string> Golden = new(StringComparer.Ordinal)
    {
        ["small-cmdline"] = "2b5f12a14ed6961493930520e78e4ec5be4d6c93d59d7d719ac027080e7d8d2e",
        ["small-initrd.img"] = "ed9671b4df568b1d57ebfb075f136d56527d253e8aeac61a679278c4ff57f887",
        ["small-initrd.tar"] = "058c6cd41fa3330a5f556f3e23dc67ad45a859cfaf6e1449eb9b8c02325aa359",
        ["small-kernel"] = "7e80a40bf421a8cdfb555c2e40998ed6c3a99e8246cc6588d370e8fcfbfa159f",
        ["small.docker"] = "2c58b3242c179445e6700f39c4b0045889e4364e981a219c328924a910687d2d",
        ["small.tar"] = "719dacaf0da4fe3c21af069f35385d91573d6f8e4083c6ddbe2d163df4c0dbdd",
    };

    private readonly TemporaryDirectory _directory = new("variation");

    private readonly string _extra;

    public ReproducibilityTests()
    {
        File.WriteAllBytes(_directory["corpus"], Corpus.Create());
        File.WriteAllText(_extra = _directory["extra.yml"], $"files:\n  - path: /usr/share/corpus\n    source: {_directory["corpus"]}\n    mode: \"0644\"\n");
    }

    public static TheoryData<string> Variations => [.. Variation.All.Keys];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_artifacts_of_a_small_build_are_pinned_with_a_cold_and_a_warm_cache()
    {
        AssertGolden(await BuildAsync(new CommandLineProcess(), "cold"));
        AssertGolden(await BuildAsync(new CommandLineProcess(), "warm"));
    }

    [Theory]
    [MemberData(nameof(Variations))]
    public async Task A_build_in_another_environment_gives_the_same_bytes(string name)
    {
        var variation = Variation.All[name];
        variation.SkipUnlessItApplies();

        AssertGolden(await BuildAsync(variation.Process, "varied"));
        Assert.Contains(variation.Observed, await File.ReadAllLinesAsync(_directory["observed"], TestContext.Current.CancellationToken));
    }

    private static void AssertGolden(Dictionary<string, string> built) => Assert.True(
        Golden.OrderBy(static pair => pair.Key, StringComparer.Ordinal).SequenceEqual(built.OrderBy(static pair => pair.Key, StringComparer.Ordinal)),
        "The build gave:\n" + string.Join('\n', built.Select(static pair => $"[\"{pair.Key}\"] = \"{pair.Value}\",")));

    private async Task<Dictionary<string, string>> BuildAsync(CommandLineProcess process, string output)
    {
        string[] arguments =
        [
            "build", "--format", Formats, "--name", "small", "--dir", _directory[output], "--cache", _directory["cache"],
            "--oci-layout", Path.Combine(ExpectedTree.DataDirectory, "layout"), Path.Combine(ExpectedTree.DataDirectory, "cases", "minimal.yml"), _extra,
        ];
        (await process.RunAsync(_directory, arguments, TestContext.Current.CancellationToken)).EnsureSuccess();
        return Directory.GetFiles(_directory[output]).ToDictionary(
            static file => Path.GetFileName(file), static file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))));
    }
}
