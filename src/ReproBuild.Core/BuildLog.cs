using Microsoft.Extensions.Logging;

namespace ReproBuild;

/// <summary>What a build logs, from the assembly to the publication.</summary>
/// <remarks>A project has one such class: the generator writes several in any order.</remarks>
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

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "'{Path}' is left over and cannot be removed, which the next build there tries again: {Reason}")]
    public static partial void NotRemoved(ILogger logger, string path, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The files of a build into '{Directory}' that was ended as it published them are given up; none had its name yet: {Reason}")]
    public static partial void GivenUp(ILogger logger, string directory, string reason);
}
