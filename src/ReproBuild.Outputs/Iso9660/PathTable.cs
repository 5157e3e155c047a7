using System.Buffers;
using System.Buffers.Binary;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>A path table (ECMA-119, section 9.4), in either byte order.</summary>
internal static class PathTable
{
    private const int HeaderSize = 8;

    public static long Size(IsoHierarchy hierarchy) => hierarchy.Directories.Sum(static d => (long)RecordSize(d));

    public static byte[] Encode(IsoHierarchy hierarchy, bool isBigEndian)
    {
        var table = new ArrayBufferWriter<byte>((int)Size(hierarchy));
        foreach (var directory in hierarchy.Directories)
        {
            var record = table.GetSpan(RecordSize(directory))[..RecordSize(directory)];
            record.Clear();
            record[0] = (byte)directory.Identifier.Length;
            if (isBigEndian)
            {
                BinaryPrimitives.WriteUInt32BigEndian(record[2..], directory.Sector);
                BinaryPrimitives.WriteUInt16BigEndian(record[6..], (ushort)directory.Parent.Number);
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(record[2..], directory.Sector);
                BinaryPrimitives.WriteUInt16LittleEndian(record[6..], (ushort)directory.Parent.Number);
            }

            directory.Identifier.CopyTo(record[HeaderSize..]);
            table.Advance(record.Length);
        }

        return table.WrittenSpan.ToArray();
    }

    private static int RecordSize(IsoDirectory directory) => (HeaderSize + directory.Identifier.Length + 1) & ~1;
}
