using Microsoft.Extensions.Logging;
using ReproBuild.Core.Images;

namespace ReproBuild.Registry.Cache;

/// <summary>What the cache logs.</summary>
internal static partial class CacheLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Forgetting what tags resolved to, since '{Path}' cannot be read: {Reason}")]
    public static partial void IndexForgotten(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cached {Digest} is damaged; fetching it again")]
    public static partial void BlobDamaged(ILogger logger, Digest digest);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cached uncompressed layer {DiffId} is damaged; making it again")]
    public static partial void LayerDamaged(ILogger logger, Digest diffId);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Resolved {Reference} to {Digest} from the cache")]
    public static partial void ResolvedFromCache(ILogger logger, ImageReference reference, Digest digest);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Uncompressed layer {DiffId} into the cache")]
    public static partial void LayerStored(ILogger logger, Digest diffId);
}
