using System.Net;

namespace ReproBuild;

/// <summary>A registry cannot be reached or refuses a request.</summary>
/// <remarks>Neither the message nor a property holds a credential, and every address is without its query, where signatures are.</remarks>
public sealed class RegistryException : ReproBuildException
{
    /// <summary>Creates the error.</summary>
    public RegistryException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>The status of the answer; null when there was none.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>The method of the request, such as <c>GET</c>; null when none was made.</summary>
    public string? Method { get; init; }

    /// <summary>The address of the request without user information, query and fragment; null when none was made.</summary>
    public Uri? Url { get; init; }

    /// <summary>The registry's own code, such as <c>MANIFEST_UNKNOWN</c> (OCI distribution specification 1.1, "Error Codes"), or null.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>How long the registry asked to wait, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same request may succeed later.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Whether the registry says that it does not have what it was asked for.</summary>
    internal bool IsNotFound => StatusCode == HttpStatusCode.NotFound && !IsOfTokenServer;

    /// <summary>Whether a token server answered, whose status says nothing about what the registry was asked for.</summary>
    internal bool IsOfTokenServer { get; init; }
}
