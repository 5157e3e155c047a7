using System.Buffers.Binary;
using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Randomized;

namespace ReproBuild.Outputs.Tests.Fat;

/// <summary>Reads a volume by Microsoft's "FAT: General Overview of On-Disk Format" 1.03, and refuses what breaks its rules.</summary>
internal sealed class FatReader
{
    private const int EntrySize = 32;

    private readonly byte[] _volume;
    private readonly int _clusterSize;
    private readonly int _tableStart;
    private readonly int _bits;
    private readonly int _firstData;
    private readonly int _rootStart;
    private readonly int _rootEntries;
    private readonly HashSet<uint> _used = [];

    public FatReader(byte[] volume)
    {
        _volume = volume;
        Assert.Equal(0xaa55, Short(510));
        int sector = Short(11), reserved = Short(14), tables = volume[16];
        var tableSectors = Short(22) != 0 ? Short(22) : (int)Long(36);
        var sectors = Short(19) != 0 ? (uint)Short(19) : Long(32);
        Assert.Equal(volume.Length, sectors * sector);
        _rootEntries = Short(17);
        _clusterSize = volume[13] * sector;
        _tableStart = reserved * sector;
        _rootStart = (reserved + (tables * tableSectors)) * sector;
        _firstData = _rootStart + ((_rootEntries * EntrySize) + sector - 1) / sector * sector;
        var clusters = (volume.Length - _firstData) / _clusterSize;
        _bits = clusters < 4085 ? 12 : clusters < 65525 ? 16 : 32;
        Assert.True(volume.AsSpan(_tableStart, tableSectors * sector).SequenceEqual(volume.AsSpan(_tableStart + (tableSectors * sector), tableSectors * sector)), "The tables differ.");
        Assert.InRange(tableSectors * sector * 8L / _bits, clusters + 2, long.MaxValue);
        var root = _bits == 32 ? Chain(Long(44)) : volume[_rootStart..(_rootStart + (_rootEntries * EntrySize))];
        ReadDirectory(ByteString.Empty, root, parent: 0, own: 0, isRoot: true);
    }

    /// <summary>Every file but the root.</summary>
    public List<SeenFile> Files { get; } = [];

    private void ReadDirectory(ByteString path, byte[] entries, uint parent, uint own, bool isRoot)
    {
        var longName = new List<byte[]>();
        var shortNames = new HashSet<string>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < entries.Length && entries[at] != 0; at += EntrySize)
        {
            var entry = entries[at..(at + EntrySize)];
            if (entry[11] == 0x0f)
            {
                longName.Add(entry);
                continue;
            }

            var name = Encoding.ASCII.GetString(entry, 0, 11);
            if (entry[11] == 0x08)
            {
                Assert.True(isRoot && at == 0, "A label is not the first entry of the root.");
                continue;
            }

            Assert.True(shortNames.Add(name), $"Two entries have the short name '{name}'.");
            var cluster = ((uint)BinaryPrimitives.ReadUInt16LittleEndian(entry.AsSpan(20)) << 16) | BinaryPrimitives.ReadUInt16LittleEndian(entry.AsSpan(26));
            if (name[0] == '.')
            {
                Assert.Equal(at == 0 ? (".          ", own) : ("..         ", parent), (name, cluster));
                continue;
            }

            var full = longName.Count == 0 ? ShortName(name) : LongName(longName, entry);
            Assert.True(names.Add(full.ToUpperInvariant()), $"Two entries have the name '{full}'.");
            Add(path.IsEmpty ? full : ByteString.Concat(path, "/", full), entry, cluster, isRoot ? 0 : own);
            longName.Clear();
        }
    }

    private void Add(ByteString path, byte[] entry, uint cluster, uint parent)
    {
        var isDirectory = (entry[11] & 0x10) != 0;
        var size = BinaryPrimitives.ReadUInt32LittleEndian(entry.AsSpan(28));
        var data = cluster == 0 ? [] : Chain(cluster);
        Assert.Equal(isDirectory ? 0u : size, size);
        Assert.Equal(isDirectory ? data.Length : (int)((size + _clusterSize - 1) / _clusterSize * _clusterSize), data.Length);
        Files.Add(new SeenFile(path, isDirectory ? FileType.Directory : FileType.RegularFile)
        {
            Time = Time(BinaryPrimitives.ReadUInt16LittleEndian(entry.AsSpan(24)), BinaryPrimitives.ReadUInt16LittleEndian(entry.AsSpan(22))),
            Content = isDirectory ? default : data.AsMemory(0, (int)size),
        });
        if (isDirectory)
        {
            ReadDirectory(path, data, parent, cluster, isRoot: false);
        }
    }

    private static FileTime Time(int date, int clock) => new(new DateTimeOffset(
        1980 + (date >> 9), (date >> 5) & 15, date & 31, clock >> 11, (clock >> 5) & 63, (clock & 31) * 2, TimeSpan.Zero).ToUnixTimeSeconds());

    private static string ShortName(string name)
    {
        var (stem, extension) = (name[..8].TrimEnd(' '), name[8..].TrimEnd(' '));
        return extension.Length == 0 ? stem : $"{stem}.{extension}";
    }

    /// <summary>The parts come last first; each has 13 units and the checksum of the short name (section 7).</summary>
    private static string LongName(List<byte[]> parts, byte[] entry)
    {
        byte sum = 0;
        foreach (var value in entry[..11])
        {
            sum = unchecked((byte)(((sum & 1) << 7) + (sum >> 1) + value));
        }

        var units = new StringBuilder();
        for (var i = parts.Count - 1; i >= 0; i--)
        {
            var part = parts[i];
            var number = parts.Count - i;
            Assert.Equal((number | (i == 0 ? 0x40 : 0), sum), (part[0], part[13]));
            units.Append(Encoding.Unicode.GetString([.. part[1..11], .. part[14..26], .. part[28..32]]));
        }

        var text = units.ToString();
        var end = text.IndexOf('\0', StringComparison.Ordinal);
        Assert.True(end < 0 || text[(end + 1)..].All(static c => c == '\uffff'), "Something follows the end of a name.");
        return end < 0 ? text : text[..end];
    }

    private byte[] Chain(uint cluster)
    {
        var data = new List<byte>();
        for (var end = _bits == 32 ? 0x0ffffff8u : (1u << _bits) - 8; cluster < end; cluster = Next(cluster))
        {
            Assert.True(cluster >= 2 && _used.Add(cluster), $"Cluster {cluster} is in two chains.");
            data.AddRange(_volume.AsSpan(_firstData + ((int)(cluster - 2) * _clusterSize), _clusterSize));
        }

        return [.. data];
    }

    private uint Next(uint cluster)
    {
        if (_bits != 12)
        {
            return _bits == 16 ? (uint)Short(_tableStart + ((int)cluster * 2)) : Long(_tableStart + ((int)cluster * 4)) & 0x0fffffff;
        }

        var pair = Short(_tableStart + (int)(cluster + (cluster / 2)));
        return (uint)((cluster & 1) == 0 ? pair & 0xfff : pair >> 4);
    }

    private int Short(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_volume.AsSpan(at));

    private uint Long(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_volume.AsSpan(at));
}
