using System.Globalization;
using System.Runtime.Intrinsics;
using ReproBuild.Build.Tests.Memory;
using ReproBuild.Build.Tests.Reproducibility;

/// <summary>
/// Runs in the process of the command line before its own code, and writes down what that process sees of its environment: the proof that
/// a variation did apply. The runtime looks for a class of this name outside any namespace.
/// </summary>
internal static class StartupHook
{
    internal const string FileVariable = "REPROBUILD_TEST_OBSERVED";

    public static void Initialize()
    {
        MeasuredBuild.RunIfAsked();
        if (Environment.GetEnvironmentVariable(FileVariable) is not { } file)
        {
            return;
        }

        File.WriteAllLines(file,
        [
            $"culture {CultureInfo.CurrentCulture.Name}, {"i".ToUpper(CultureInfo.CurrentCulture)}",
            $"time zone {TimeZoneInfo.Local.BaseUtcOffset}",
            $"year {DateTime.UtcNow.Year.ToString(CultureInfo.InvariantCulture)}",
            $"processors {Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)}",
            $"vectors {Vector128.IsHardwareAccelerated}",
            $"directory {Environment.CurrentDirectory}",
            $"home {Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)}",
        ]);
        if (!OperatingSystem.IsWindows())
        {
            File.AppendAllLines(file, [$"mode {File.GetUnixFileMode(file)}", $"user {Environment.UserName}"]);
        }

        CompressedErofsTests.RunIfAsked();
    }
}
