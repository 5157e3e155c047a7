using Microsoft.Extensions.Logging;

namespace ReproBuild.Core.Publishing;

/// <summary>What is not worth failing a build for.</summary>
internal static partial class PublicationLog
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "'{Path}' is left over and cannot be removed, which the next build there tries again: {Reason}")]
    public static partial void NotRemoved(ILogger logger, string path, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The files of a build into '{Directory}' that was ended as it published them are given up; none had its name yet: {Reason}")]
    public static partial void GivenUp(ILogger logger, string directory, string reason);
}
