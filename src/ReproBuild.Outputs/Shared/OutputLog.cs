using Microsoft.Extensions.Logging;

namespace ReproBuild.Outputs.Shared;

/// <summary>What the formats log.</summary>
internal static partial class OutputLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The volume of {Format} starts only from UEFI: {Obstacle}")]
    public static partial void StartsOnlyFromUefi(ILogger logger, string format, string obstacle);

    [LoggerMessage(Level = LogLevel.Warning, Message = "'/{Path}' {Loss}, which {Format} cannot hold")]
    public static partial void Lost(ILogger logger, string path, string loss, string format);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} more {Losses} are lost or changed, which {Format} cannot hold")]
    public static partial void LostMore(ILogger logger, int count, string losses, string format);
}
