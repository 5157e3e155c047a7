namespace ReproBuild.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int BuildFailed = 1;
    public const int BadUsage = 2;

    /// <summary>As a shell reports a process that SIGINT ended.</summary>
    public const int Cancelled = 130;
}
