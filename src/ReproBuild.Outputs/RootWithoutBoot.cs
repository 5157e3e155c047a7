using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs;

/// <summary>The root file system of a machine that a boot loader started: it has no use for <c>boot/</c>, which the boot loader reads.</summary>
internal static class RootWithoutBoot
{
    private static readonly ByteString s_bootDirectory = "boot";

    public static FileTree Of(FileTree root)
    {
        var builder = new FileTreeBuilder(root.Root.Inode);
        builder.AddTree(ByteString.Empty, root);
        builder.Remove(s_bootDirectory);
        return builder.Build();
    }
}
