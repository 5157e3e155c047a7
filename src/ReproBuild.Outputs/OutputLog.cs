using Microsoft.Extensions.Logging;

namespace ReproBuild.Outputs;

/// <summary>What the formats log.</summary>
internal static partial class OutputLog
{
    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The initrd leaves out the extended attributes of {Count} files, which a cpio archive cannot hold; the first is {Path}")]
    public static partial void ExtendedAttributesLeftOut(ILogger logger, int count, ByteString path);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The ISO 9660 volume leaves out the extended attributes of {Count} files, which Rock Ridge cannot hold; the first is {Path}")]
    public static partial void ExtendedAttributesLeftOutOfIso(ILogger logger, int count, ByteString path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The volume of {Format} starts from UEFI alone: {Obstacle}")]
    public static partial void StartsFromUefiAlone(ILogger logger, string format, string obstacle);
}
