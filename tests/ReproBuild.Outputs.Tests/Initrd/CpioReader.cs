using System.Globalization;
using System.Text;

namespace ReproBuild.Outputs.Tests.Initrd;

/// <summary>An entry of an archive.</summary>
/// <param name="Name">The name.</param>
/// <param name="Fields">The numbers of the header, in their order: inode, mode, uid, gid, links, time, size, and two device numbers.</param>
/// <param name="Data">What follows.</param>
internal sealed record CpioEntry(ByteString Name, uint[] Fields, byte[] Data)
{
    public uint Inode => Fields[0];

    public uint Mode => Fields[1];

    public uint Links => Fields[4];

    public uint Type => Mode >> 12;
}

/// <summary>Reads an archive as Linux describes it in "initramfs buffer format" (Documentation/driver-api/early-userspace/buffer-format.rst).</summary>
internal static class CpioReader
{
    private const int HeaderSize = 110;
    private const int FieldCount = 13;

    public static List<CpioEntry> Read(byte[] archive)
    {
        var entries = new List<CpioEntry>();
        for (var at = 0; ;)
        {
            Assert.Equal("070701", Encoding.ASCII.GetString(archive, at, 6));
            var fields = Enumerable.Range(0, FieldCount)
                .Select(i => uint.Parse(Encoding.ASCII.GetString(archive, at + 6 + (8 * i), 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)).ToArray();
            var name = archive.AsSpan(at + HeaderSize, (int)fields[11]);
            Assert.Equal(0, name[^1]);
            var data = Align(at + HeaderSize + name.Length);
            at = Align(data + (int)fields[6]);
            if (name[..^1].SequenceEqual("TRAILER!!!"u8))
            {
                Assert.Equal(archive.Length, at);
                return entries;
            }

            entries.Add(new CpioEntry(new ByteString(name[..^1]), fields, archive[data..(data + (int)fields[6])]));
        }
    }

    private static int Align(int position) => (position + 3) & ~3;
}
