namespace ReproBuild.Outputs.Shared;

/// <summary>Keeps the buffers of what is worked on at once within bounds, however many threads a caller allows.</summary>
internal static class MemoryBudget
{
    /// <summary>More threads than this are seldom there, and each has tables of its own beside its buffers.</summary>
    public const int MaxItems = 32;

    private const int MaxBytes = 32 * 1024 * 1024;

    /// <summary>How many items to work on at once: at most 32, and together at most 32 MiB, but at least one.</summary>
    /// <param name="maxParallelism">What the caller allows, at least 1.</param>
    /// <param name="itemSize">What an item takes, in bytes.</param>
    public static int MaxAtOnce(int maxParallelism, int itemSize) => Math.Min(maxParallelism, Math.Clamp(MaxBytes / itemSize, 1, MaxItems));
}
