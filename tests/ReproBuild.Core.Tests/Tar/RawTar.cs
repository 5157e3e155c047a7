using System.Text;

namespace ReproBuild.Core.Tests.Tar;

/// <summary>Archives put together block by block, right or wrong, without the code under test.</summary>
internal static class RawTar
{
    public static byte[] End { get; } = new byte[1024];

    public static byte[] Header(string name, char flag = '0', long size = 0, string magic = "ustar\000", Action<byte[]>? edit = null)
    {
        var block = new byte[512];
        Put(block, 0, name);
        Put(block, 100, "0000644\0" + "0000000\0" + "0000000\0");
        Put(block, 124, Convert.ToString(size, 8).PadLeft(11, '0') + "\0" + "00000000000\0");
        block[156] = (byte)flag;
        Put(block, 257, magic);
        edit?.Invoke(block);
        FixChecksum(block);
        return block;
    }

    public static byte[] Extension(char flag, string data) => Join(Header("extension", flag, data.Length), Data(data));

    public static byte[] Pax(params string[] records) => Extension('x', string.Concat(records.Select(Record)));

    public static byte[] Global(params string[] records) => Extension('g', string.Concat(records.Select(Record)));

    public static byte[] Data(string latin1) => Encoding.Latin1.GetBytes(latin1.PadRight((latin1.Length + 511) / 512 * 512, '\0'));

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    public static void Put(byte[] block, int offset, string latin1) => Encoding.Latin1.GetBytes(latin1).CopyTo(block, offset);

    public static void FixChecksum(Span<byte> block)
    {
        var sum = 8 * ' ';
        for (var i = 0; i < 512; i++)
        {
            sum += i is >= 148 and < 156 ? 0 : block[i];
        }

        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(block[148..]);
    }

    private static string Record(string record)
    {
        var length = record.Length + 2;
        while ($"{length} {record}\n".Length != length)
        {
            length++;
        }

        return $"{length} {record}\n";
    }
}
