using Microsoft.Extensions.Logging;

namespace ReproBuild.Core.Building.Context;

/// <summary>What a build logs.</summary>
internal static partial class BuildLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Assembled a root file system of {Entries} entries")]
    public static partial void Assembled(ILogger logger, int entries);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The uidMappings or gidMappings of {Container} have a containerID or hostID that is not 0; as with LinuxKit, the container gets 0")]
    public static partial void FirstIdsDropped(ILogger logger, string container);
}
