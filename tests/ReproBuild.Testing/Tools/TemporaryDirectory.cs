using System.Diagnostics;

namespace ReproBuild.Testing.Tools;

/// <summary>A directory for one test, deleted with everything in it at the end.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    /// <summary>Creates the directory.</summary>
    public TemporaryDirectory(string purpose = "test") => FullName = Directory.CreateTempSubdirectory($"reprobuild-{purpose}-").FullName;

    /// <summary>The full path.</summary>
    public string FullName { get; }

    /// <summary>A path inside.</summary>
    public string this[string relativePath] => Path.Combine(FullName, relativePath);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(FullName, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
        catch (IOException) when (!OperatingSystem.IsWindows())
        {
            // .NET cannot name a file whose name is not UTF-8, so it cannot delete one.
            using var remove = Process.Start("rm", ["-rf", "--", FullName]);
            remove.WaitForExit();
        }
    }
}
