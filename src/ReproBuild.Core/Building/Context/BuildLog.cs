using Microsoft.Extensions.Logging;

namespace ReproBuild.Core.Building.Context;

/// <summary>What a build logs.</summary>
internal static partial class BuildLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Assembled a root file system of {Entries} entries")]
    public static partial void Assembled(ILogger logger, int entries);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The container {Container} mounts at {Destination}, which is not an absolute path: it is taken as below /, " +
            "but the OCI runtime specification calls that deprecated")]
    public static partial void RelativeDestination(ILogger logger, string container, string destination);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Where} lies in {Directory}, where a file system is mounted at boot: the running system will not see it")]
    public static partial void HiddenAtBoot(ILogger logger, string where, string directory);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The kernel image {Image} has no file {File} (kernel.ucode): the system boots without microcode")]
    public static partial void NoMicrocode(ILogger logger, string image, string file);
}
