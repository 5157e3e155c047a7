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

    private static readonly string[] Dropped = [".dockerenv", "Dockerfile", "dev/console", "etc/hostname"];
    private static readonly string[] Directories = ["dev", "etc", "proc", "sys"];

    /// <summary>Dropped as well and made anew, though what an image has in them stays.</summary>
    private static readonly string[] MadeAnew = ["dev/pts", "dev/shm"];

    /// <summary>Adds an image to the root as LinuxKit unpacks it.</summary>
    /// <param name="root">The root.</param>
    /// <param name="directory">Where the image goes.</param>
    /// <param name="image">The image's own tree.</param>
    /// <param name="origin">Where its entries come from.</param>
    /// <param name="linkResolver">Whether <c>etc/resolv.conf</c> is a link to the one made at boot: for init images and volumes.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static void Unpack(
        RootBuilder root, ByteString directory, FileTree image, FileOrigin origin, bool linkResolver, CancellationToken cancellationToken)
    {
        var own = new FileTreeBuilder();
        var leftOut = new HashSet<FileTreeEntry>();
        foreach (var path in Dropped)
        {
            LeaveOut(image.Find(path), leftOut);
        }

        foreach (var path in Directories)
        {
            own.Add(path, Adjusted(image.Find(path), root.Inodes, leftOut));
        }

        foreach (var path in MadeAnew)
        {
            Adjusted(image.Find(path), root.Inodes, leftOut);
            own.Add(path, root.Inodes.Directory());
        }

        if (image.Find("etc/mtab") is null)
        {
            own.Add("etc/mtab", root.Inodes.SymbolicLink("/proc/mounts"));
        }

        LeaveOut(image.Find("etc/hosts"), leftOut);
        own.Add("etc/hosts", root.Inodes.TextFile(Hosts));
        LeaveOut(image.Find("etc/resolv.conf"), leftOut);
        own.Add("etc/resolv.conf", linkResolver ? root.Inodes.SymbolicLink(ResolverLink) : root.Inodes.TextFile(NoResolver));
        root.PutTree(directory, image, origin, leftOut, cancellationToken);
        root.PutTree(directory, own.Build(), origin, new HashSet<FileTreeEntry>(), cancellationToken);
    }

    /// <summary>A directory that the image has keeps its metadata and what it holds; anything else at that path gives way.</summary>
    private static Inode Adjusted(FileTreeEntry? existing, BuildInodes inodes, HashSet<FileTreeEntry> leftOut)
    {
        if (existing is { Inode.IsDirectory: false })
        {
            leftOut.Add(existing);
        }

        return existing is { Inode.IsDirectory: true } && !ReferenceEquals(existing.Inode, Inode.ImplicitDirectory)
            ? existing.Inode.WithTime(inodes.Time)
            : inodes.Directory();
    }

    private static void LeaveOut(FileTreeEntry? entry, HashSet<FileTreeEntry> leftOut)
    {
        if (entry is not null)
        {
            leftOut.Add(entry);
        }
    }
}
