namespace ReproBuild;

/// <summary>Every error that ReproBuild reports on purpose: its message says what is wrong, where, and what to do.</summary>
public class ReproBuildException : Exception
{
    /// <summary>Creates the error.</summary>
    public ReproBuildException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>A text is not an image reference.</summary>
public class ImageReferenceException : ReproBuildException
{
    /// <summary>Creates the error.</summary>
    public ImageReferenceException(string reference, string message, Exception? innerException = null)
        : base(message, innerException) => Reference = reference;

    /// <summary>The text, as the caller wrote it.</summary>
    public string Reference { get; }
}

/// <summary>A reference names an image that is not there; the message says where the source looked.</summary>
public class ImageNotFoundException : ReproBuildException
{
    /// <summary>Creates the error.</summary>
    public ImageNotFoundException(ImageReference reference, string message, Exception? innerException = null)
        : base(message, innerException) => Reference = reference;

    /// <summary>The reference.</summary>
    public ImageReference Reference { get; }
}

/// <summary>An option has an invalid value; the message names the option and its range.</summary>
public class InvalidOptionException : ReproBuildException
{
    /// <summary>Creates the error.</summary>
    public InvalidOptionException(string optionName, string message)
        : base(message) => OptionName = optionName;

    /// <summary>The option with its type, such as <c>BuildOptions.Name</c>.</summary>
    public string OptionName { get; }
}

/// <summary>Bytes are not what a digest, a size, a checksum or a format's specification says they must be, or exceed a limit.</summary>
public class IntegrityException : ReproBuildException
{
    /// <summary>Creates the error.</summary>
    public IntegrityException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>An output format cannot represent what the build gives it.</summary>
public class OutputFormatException : ReproBuildException
{
    /// <summary>Creates the error of an image writer or a format; a build adds the format's name.</summary>
    public OutputFormatException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal OutputFormatException(string format, string message, Exception? innerException)
        : base($"{format}: {message}", innerException) => Format = format;

    /// <summary>The name of the output format; null outside a build.</summary>
    public string? Format { get; }
}

/// <summary>The images and the configuration cannot be put together into one root file system.</summary>
public class RootFileSystemException : ReproBuildException
{
    /// <summary>Creates the error.</summary>
    public RootFileSystemException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
