using Microsoft.Extensions.Logging;

namespace ReproBuild.Registry;

/// <summary>What this package logs. Addresses are redacted by the callers, and no header or body is ever logged.</summary>
/// <remarks>One class of messages a project: the order in which the framework's generator writes several differs from build to build.</remarks>
internal static partial class RegistryLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Url}: {Status}")]
    public static partial void Answered(ILogger logger, HttpMethod method, Uri url, int status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason} Retrying in {Delay} ({Attempt} of {MaxAttempts})")]
    public static partial void Retrying(ILogger logger, string reason, TimeSpan delay, int attempt, int maxAttempts);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The mirror {Mirror} failed, so the next place is asked: {Reason}")]
    public static partial void MirrorFailed(ILogger logger, string mirror, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Registry} does not tell the digest by HEAD, so GET decides: {Reason}")]
    public static partial void HeadFailed(ILogger logger, string registry, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No credentials are used for {Registry}: {Problem}")]
    public static partial void NoCredentials(ILogger logger, string registry, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reference}: a part of its index is ignored: {Problem}")]
    public static partial void EntryIgnored(ILogger logger, ImageReference reference, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "The download of {Digest} broke after {Received} of {Size} bytes and is resumed")]
    public static partial void Resuming(ILogger logger, Digest digest, long received, long size);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Registry} asks for {Scheme} authentication; credentials found: {Found}")]
    public static partial void Challenged(ILogger logger, string registry, string scheme, bool found);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The credentials of {Registry} are not sent, since it is asked over plain HTTP and is not in RegistryOptions.PlainHttpRegistries")]
    public static partial void CredentialsWithheld(ILogger logger, string registry);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The names of images for other tools are made anew, since '{Path}' cannot be read: {Reason}")]
    public static partial void IndexForgotten(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cached {Digest} is damaged; fetching it again")]
    public static partial void BlobDamaged(ILogger logger, Digest digest);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cached uncompressed layer {DiffId} is damaged; making it again")]
    public static partial void LayerDamaged(ILogger logger, Digest diffId);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Resolved {Reference} to {Digest} from the cache")]
    public static partial void ResolvedFromCache(ILogger logger, ImageReference reference, Digest digest);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Uncompressed layer {DiffId} into the cache")]
    public static partial void LayerStored(ILogger logger, Digest diffId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cache cannot be written, so layer {DiffId} is uncompressed in temporary space: {Reason}")]
    public static partial void LayerNotStored(ILogger logger, Digest diffId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "'{Path}' of the cache cannot be used: {Reason}")]
    public static partial void CacheFileUnusable(ILogger logger, string path, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "{Reference} was {Digest}, which cannot be used; the tag is forgotten, and asked for again: {Reason}")]
    public static partial void TagForgotten(ILogger logger, ImageReference reference, Digest digest, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What {Reference} resolved to is not remembered, since the cache cannot be written: {Reason}")]
    public static partial void TagNotRemembered(ILogger logger, ImageReference reference, string reason);
}
