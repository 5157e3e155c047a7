using Microsoft.Extensions.Logging;
using ReproBuild.Core.Images;

namespace ReproBuild.Registry.Transport;

/// <summary>What the network half logs. Addresses are redacted by the callers, and no header or body is ever logged.</summary>
internal static partial class RegistryLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Url}: {Status}")]
    public static partial void Answered(ILogger logger, HttpMethod method, Uri url, int status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason} Retrying in {Delay} ({Attempt} of {MaxAttempts})")]
    public static partial void Retrying(ILogger logger, string reason, TimeSpan delay, int attempt, int maxAttempts);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The mirror {Mirror} failed, so the next place is asked: {Reason}")]
    public static partial void MirrorFailed(ILogger logger, string mirror, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The download of {Digest} broke after {Received} of {Size} bytes and is resumed")]
    public static partial void Resuming(ILogger logger, Digest digest, long received, long size);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Registry} asks for {Scheme} authentication; credentials found: {Found}")]
    public static partial void Challenged(ILogger logger, string registry, string scheme, bool found);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The credentials of {Registry} are not sent, since it is asked over plain HTTP and is not in PlainHttpRegistries")]
    public static partial void CredentialsWithheld(ILogger logger, string registry);
}
