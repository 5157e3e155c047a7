using Microsoft.Extensions.Logging;

namespace ReproBuild.Core.Building;

/// <summary>What a build logs.</summary>
internal static partial class BuildLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Assembled a root file system of {Entries} entries")]
    public static partial void Assembled(ILogger logger, int entries);
}
