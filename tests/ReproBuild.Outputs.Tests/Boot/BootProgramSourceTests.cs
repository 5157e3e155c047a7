using System.Diagnostics;

namespace ReproBuild.Outputs.Tests.Boot;

/// <summary>The boot programs in the repository are what their sources give.</summary>
public sealed class BootProgramSourceTests : IDisposable
{
    private static readonly string[] Tools = ["nasm", "clang-14", "lld-link-14"];

    private readonly string _directory = Directory.CreateTempSubdirectory("reprobuild-boot-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Building_the_sources_gives_the_binaries_in_the_repository()
    {
        var missing = Tools.Where(static tool => !IsOnPath(tool)).ToList();
        Assert.SkipUnless(missing.Count == 0, $"not installed: {string.Join(", ", missing)}");
        var root = RepositoryRoot();
        using var build = Process.Start(new ProcessStartInfo("bash", [Path.Combine(root, "eng", "build-boot-programs.sh"), _directory]))!;
        await build.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, build.ExitCode);
        foreach (var name in (string[])["Bios/bios-loader.bin", "Uefi/uefi-stub-amd64.efi", "Uefi/uefi-stub-arm64.efi"])
        {
            var kept = File.ReadAllBytes(Path.Combine(root, "src", "ReproBuild.Outputs", "Boot", name));
            Assert.Equal(kept, File.ReadAllBytes(Path.Combine(_directory, Path.GetFileName(name))));
        }
    }

    private static bool IsOnPath(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(d => File.Exists(Path.Combine(d, tool)));

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "ReproBuild.sln")))
        {
            directory = directory.Parent!;
        }

        return directory.FullName;
    }
}
