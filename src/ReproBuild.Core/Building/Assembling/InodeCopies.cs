using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>Copies of an inode with something changed. A copy is an inode of its own: it shares no name with the original.</summary>
internal static class InodeCopies
{
    public static Inode WithTime(this Inode inode, FileTime time) => Copy(inode, time, inode.Content);

    public static Inode WithContent(this Inode inode, FileContent content) => Copy(inode, inode.ModificationTime, content);

    private static Inode Copy(Inode inode, FileTime time, FileContent content) => new()
    {
        Type = inode.Type,
        Mode = inode.Mode,
        UserId = inode.UserId,
        GroupId = inode.GroupId,
        ModificationTime = time,
        Content = content,
        LinkTarget = inode.LinkTarget,
        DeviceMajor = inode.DeviceMajor,
        DeviceMinor = inode.DeviceMinor,
        ExtendedAttributes = inode.ExtendedAttributes,
    };
}
