using System.Globalization;
using System.Security.Cryptography;
using ReproBuild.Testing.Conforming;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Cli.Tests;

/// <summary>
/// The command line, killed before, or refused, each system call that it makes on its output directory, one after the other, until it makes
/// no further one. strace counts the calls of each thread, so every kind of call is counted by itself.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class PublicationFaultTests : IDisposable
{
    private static readonly ExternalTool Strace = new("strace", "strace");
    private static readonly ExternalTool Dotnet = new("dotnet", "dotnet-sdk-10.0");
    private static readonly string[] Names = ["minimal.docker", "minimal.tar"];

    private readonly TemporaryDirectory _directory = new("publication-faults");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Output => _directory["out"];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("mkdir")]
    [InlineData("rename")]
    [InlineData("fsync")]
    [InlineData("unlink")]
    [InlineData("rmdir")]
    [InlineData("pwrite64")]
    public async Task A_killed_build_leaves_every_name_whole_and_the_next_makes_the_set_one(string call)
    {
        SkipWhereNothingTraces();
        var made = await BuildNewAsync();
        for (var count = 1; ; count++)
        {
            PutOld();
            var result = await RunAsync($"{call}:signal=KILL:when={count}");
            var states = Names.Select(name => StateOf(name, made[name])).ToList();
            await NextBuildAsync();

            Assert.Equal(Names, Directory.EnumerateFileSystemEntries(Output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            var after = Assert.Single(Names.Select(name => StateOf(name, made[name])).Distinct());
            Assert.True(after == "new" || !states.Contains("new"), $"{call} {count}: a file was new and is old again.");
            if (result.ExitCode == 0)
            {
                Assert.True(count > 1, $"The build makes no call of {call}.");
                Assert.Equal("new", after);
                return;
            }
        }
    }

    [Theory]
    [InlineData("mkdir", "ENOSPC")]
    [InlineData("rename", "EPERM")]
    [InlineData("fsync", "EIO")]
    [InlineData("unlink", "EACCES")]
    [InlineData("rmdir", "EBUSY")]
    [InlineData("pwrite64", "ENOSPC")]
    public async Task A_refused_call_is_an_error_or_a_warning_and_the_next_build_makes_the_set_one(string call, string error)
    {
        SkipWhereNothingTraces();
        var made = await BuildNewAsync();
        for (var count = 1; ; count++)
        {
            PutOld();
            var result = await RunAsync($"{call}:error={error}:when={count}");
            Assert.All(Names, name => StateOf(name, made[name]));
            Assert.DoesNotContain("fault of ReproBuild", result.Error, StringComparison.Ordinal);
            var isFaulty = (await File.ReadAllTextAsync(_directory["log"], Cancellation)).Contains("(INJECTED)", StringComparison.Ordinal);
            var isPublished = result.ExitCode == 0;
            await NextBuildAsync();

            Assert.Equal(Names, Directory.EnumerateFileSystemEntries(Output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            var after = Assert.Single(Names.Select(name => StateOf(name, made[name])).Distinct());
            Assert.True(after == "new" || !isPublished, $"{call} {count}: a build said that it published, and did not.");
            if (!isFaulty)
            {
                Assert.True(count > 1, $"The build makes no call of {call}.");
                return;
            }
        }
    }

    private static void SkipWhereNothingTraces()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Strace.IsAvailable, Strace.SkipReason);
        Assert.SkipUnless(
            System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64,
            "Other processors' calls have other names.");
    }

    /// <summary>The hashes of the files that a build makes; they are there afterwards.</summary>
    private async Task<Dictionary<string, string>> BuildNewAsync()
    {
        (await Dotnet.TryRunAsync(Arguments(), cancellationToken: Cancellation)).EnsureSuccess();
        return Names.ToDictionary(static name => name, name => Hash(Path.Combine(Output, name)), StringComparer.Ordinal);
    }

    private void PutOld()
    {
        foreach (var name in Names)
        {
            File.WriteAllText(Path.Combine(Output, name), "old " + name);
        }
    }

    private Task<ToolResult> RunAsync(string fault)
    {
        string[] paths =
        [
            "", ".reprobuild-0", ".reprobuild-0.lock", ".reprobuild-0/0", ".reprobuild-0/1", ".reprobuild-0/journal", ".reprobuild-publish.lock",
            .. Names,
        ];
        return Strace.TryRunAsync(
            [
                "-f", "-qq", "-o", _directory["log"], "-e", "trace=" + fault.Split(':')[0], "-e", "inject=" + fault,
                .. paths.SelectMany(path => new[] { "-P", Path.Combine(Output, path) }), Dotnet.Path!, .. Arguments(),
            ],
            cancellationToken: Cancellation);
    }

    private string[] Arguments() =>
    [
        RepositoryProgram.Find("src/ReproBuild.Cli", "reprobuild.dll"), "build", "--cache", _directory["cache"], "--oci-layout",
        Path.Combine(ExpectedTree.DataDirectory, "layout"), "--dir", Output, "--no-sbom", "-f", "tar,docker",
        Path.Combine(ExpectedTree.DataDirectory, "cases", "minimal.yml"),
    ];

    /// <summary>Which of its two contents a file has: it must have one.</summary>
    private string StateOf(string name, string made)
    {
        var path = Path.Combine(Output, name);
        var isNew = Hash(path) == made;
        Assert.True(isNew || File.ReadAllText(path) == "old " + name, $"'{name}' is neither the old file nor the new one.");
        return isNew ? "new" : "old";
    }

    /// <summary>A build that begins, and publishes nothing.</summary>
    private async Task NextBuildAsync() => await (await new DirectorySink(Output).BeginAsync(Cancellation)).DisposeAsync();

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
