using ReproBuild.Core.FileSystem;

namespace QuickStart;

/// <summary>Stand-ins for a Raspberry Pi's firmware, which nobody may ship with a sample.</summary>
internal static class DemoFirmware
{
    public static FileTree Create()
    {
        var tree = new FileTreeBuilder();
        foreach (var name in (string[])["bootcode.bin", "start.elf", "fixup.dat", "u-boot.bin"])
        {
            tree.Add(name, new Inode { Type = FileType.RegularFile, Mode = 0b110_100_100, Content = FileContent.FromBytes("stand-in"u8.ToArray()) });
        }

        return tree.Build();
    }
}
