namespace ReproBuild.Core.FileSystem;

/// <summary>Holds paths and link targets to the limits, whoever names them. Each method says what is wrong, as a clause, or null.</summary>
internal static class PathLimits
{
    /// <summary>Checks the length of a path in bytes.</summary>
    public static string? Problem(int length, InputLimits limits) =>
        TooLong("the path", length, limits.MaxPathLength, nameof(InputLimits.MaxPathLength));

    /// <summary>Checks the length of each component.</summary>
    public static string? Problem(List<ByteString> components, InputLimits limits)
    {
        foreach (var component in components)
        {
            if (TooLong("a component of the path", component.Length, limits.MaxNameLength, nameof(InputLimits.MaxNameLength)) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>Checks the target of a symbolic link.</summary>
    public static string? TargetProblem(ByteString target, InputLimits limits) =>
        TooLong("the link target", target.Length, limits.MaxPathLength, nameof(InputLimits.MaxPathLength));

    private static string? TooLong(string what, int length, int limit, string name) =>
        length > limit ? $"{what} has {length} bytes, more than {limit} (limit {name})" : null;
}
