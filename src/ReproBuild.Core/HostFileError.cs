namespace ReproBuild;

/// <summary>Says why a file of the host cannot be read, in words for whoever named it.</summary>
internal static class HostFileError
{
    /// <summary>Whether opening or reading a file throws it.</summary>
    public static bool IsOne(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    /// <summary>A clause without a full stop.</summary>
    /// <param name="e">What opening or reading the file threw.</param>
    /// <param name="path">The file.</param>
    public static string Reason(Exception e, string path) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it does not exist",
        _ when Directory.Exists(path) => "it is a directory",
        UnauthorizedAccessException => "access to it is denied",
        ArgumentException or NotSupportedException => "it is not a path of this host",
        _ => e.Message.TrimEnd('.'),
    };
}

/// <summary>What arguments of our own methods are told, as a reader without the method's parameters may read it.</summary>
internal static class ArgumentExceptionExtensions
{
    /// <summary>The message without the name of the parameter, which <see cref="ArgumentException.Message"/> adds.</summary>
    public static string MessageWithoutParameter(this ArgumentException e) => e.ParamName is not { } name ? e.Message
        : e.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal);
}
