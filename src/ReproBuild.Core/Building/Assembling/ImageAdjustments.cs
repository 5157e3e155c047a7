using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>The changes that LinuxKit makes to each image it unpacks, so that the same image works on every machine.</summary>
internal static class ImageAdjustments
{
    private const string Hosts =
        "127.0.0.1       localhost\n" +
        "::1     localhost ip6-localhost ip6-loopback\n" +
        "fe00::0 ip6-localnet\n" +
        "ff00::0 ip6-mcastprefix\n" +
        "ff02::1 ip6-allnodes\n" +
        "ff02::2 ip6-allrouters\n";

    private const string NoResolver = "\n# no resolv.conf configured\n";
    private const string ResolverLink = "/run/resolvconf/resolv.conf";

    private static readonly string[] Dropped = [".dockerenv", "Dockerfile", "dev/console", "dev/pts", "dev/shm", "etc/hostname"];
    private static readonly string[] Directories = ["dev", "dev/pts", "dev/shm", "etc", "proc", "sys"];

    /// <summary>The tree of an image as LinuxKit unpacks it.</summary>
    /// <param name="image">The image's own tree.</param>
    /// <param name="inodes">Makes the inodes that the build adds.</param>
    /// <param name="linkResolver">Whether <c>etc/resolv.conf</c> is a link to the one made at boot: for init images and volumes.</param>
    public static FileTree Apply(FileTree image, BuildInodes inodes, bool linkResolver)
    {
        var builder = new FileTreeBuilder(image.Root.Inode);
        builder.AddTree(ByteString.Empty, image);
        foreach (var path in Dropped)
        {
            builder.Remove(path);
        }

        foreach (var path in Directories)
        {
            PutDirectory(builder, path, inodes);
        }

        Replace(builder, "etc/mtab", inodes.SymbolicLink("/proc/mounts"));
        Replace(builder, "etc/hosts", inodes.TextFile(Hosts));
        Replace(builder, "etc/resolv.conf", linkResolver ? inodes.SymbolicLink(ResolverLink) : inodes.TextFile(NoResolver));
        return builder.Build();
    }

    /// <summary>A directory that the image has keeps its mode and owner; anything else at that path is replaced.</summary>
    private static void PutDirectory(FileTreeBuilder builder, ByteString path, BuildInodes inodes)
    {
        var existing = builder.Find(path);
        var keep = existing is { IsDirectory: true } && !ReferenceEquals(existing, Inode.ImplicitDirectory);
        if (existing is { IsDirectory: false })
        {
            builder.Remove(path);
        }

        builder.Add(path, keep ? existing!.WithTime(inodes.Time) : inodes.Directory());
    }

    private static void Replace(FileTreeBuilder builder, ByteString path, Inode inode)
    {
        builder.Remove(path);
        builder.Add(path, inode);
    }
}
