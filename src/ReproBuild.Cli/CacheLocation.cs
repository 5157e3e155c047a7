namespace ReproBuild.Cli;

/// <summary>Where images are kept when the caller names no place.</summary>
internal static class CacheLocation
{
    /// <summary>The user's cache directory, by the XDG Base Directory Specification where that applies.</summary>
    public static string Default()
    {
        if (OperatingSystem.IsWindows())
        {
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "reprobuild", "cache");
        }

        var xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        var parent = Path.IsPathRooted(xdg) ? xdg : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(parent, "reprobuild");
    }
}
