namespace ReproBuild.Testing.Tools;

/// <summary>What this machine and this clone offer to tests, with the reasons to skip those that need more.</summary>
public static class TestHost
{
    /// <summary>The root of the repository, found from the test's own output directory.</summary>
    public static string RepositoryDirectory { get; } = FindRepository();

    /// <summary>Where <c>./test</c> makes the test images.</summary>
    public static string TestDataDirectory { get; } = Path.Combine(RepositoryDirectory, ".test-data");

    /// <summary>Whether the tests run as root on Linux, which mounts and changes of owner need.</summary>
    public static bool IsRoot => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    /// <summary>Why a test that needs root is skipped.</summary>
    public const string RootSkipReason = "The test mounts a file system or changes its user, for which it needs root on Linux.";

    /// <summary>Whether <c>./test</c> has made the test images.</summary>
    public static bool HasTestImages => File.Exists(Path.Combine(TestDataDirectory, "recipe"));

    /// <summary>Why a test that needs the test images is skipped.</summary>
    public const string TestImagesSkipReason = "The test images are missing (./test makes them as root on Debian, by eng/make-test-images.sh).";

    private static string FindRepository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "ReproBuild.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return directory.FullName;
    }
}
