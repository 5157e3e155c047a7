using ReproBuild.Core.Images;

namespace ReproBuild.Core;

/// <summary>Every error that ReproBuild reports on purpose: its message says what is wrong, where, and what to do.</summary>
public class ReproBuildException : Exception
{
    /// <summary>Creates the error.</summary>
    public ReproBuildException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>A text is not an image reference, or names a registry that cannot exist.</summary>
public class ImageReferenceException : ReproBuildException
{
    /// <summary>Creates the error.</summary>
    public ImageReferenceException(string reference, string message, Exception? innerException = null)
        : base(message, innerException) => Reference = reference;

    /// <summary>The image reference, as the caller wrote it.</summary>
    public string Reference { get; }
}

/// <summary>Nothing is found for an image reference. Any other trouble, such as a registry that cannot be reached, is a different error.</summary>
public class ImageNotFoundException : ReproBuildException
{
    /// <summary>Creates the error.</summary>
    public ImageNotFoundException(ImageReference reference, string message, Exception? innerException = null)
        : base(message, innerException) => Reference = reference;

    /// <summary>The image reference.</summary>
    public ImageReference Reference { get; }
}

/// <summary>An option is out of its range.</summary>
public class InvalidOptionException : ReproBuildException
{
    /// <summary>Creates the error.</summary>
    public InvalidOptionException(string optionName, string message)
        : base(message) => OptionName = optionName;

    /// <summary>The option, such as <c>RegistryOptions.MaxRetries</c>.</summary>
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

/// <summary>An output format cannot hold what the build gives it.</summary>
public class OutputFormatException : ReproBuildException
{
    /// <summary>Creates the error.</summary>
    public OutputFormatException(string format, string message, Exception? innerException = null)
        : base($"{format}: {message}", innerException) => Format = format;

    /// <summary>The name of the output format.</summary>
    public string Format { get; }
}

/// <summary>The images and the configuration cannot be assembled into one root file system.</summary>
public class AssemblyException : ReproBuildException
{
    /// <summary>Creates the error.</summary>
    public AssemblyException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
