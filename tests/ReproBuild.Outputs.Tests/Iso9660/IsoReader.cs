using System.Buffers.Binary;
using System.Text;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Tests.Iso9660;

/// <summary>A record of a directory, as the reader found it.</summary>
internal sealed record ReadRecord(string Path, byte[] Identifier, uint Sector, uint Length, byte Flags, SystemUseReader SystemUse);

/// <summary>Reads a volume by ECMA-119 and El Torito 1.0, and describes every structure in lines.</summary>
internal sealed class IsoReader
{
    private const int SectorSize = 2048;

    private readonly FileContent _volume;
    private readonly StringBuilder _text = new();

    public IsoReader(FileContent volume)
    {
        _volume = volume;
        for (var sector = 16; ; sector++)
        {
            var descriptor = Read(sector * (long)SectorSize, SectorSize);
            Assert.Equal("CD001\u0001", Encoding.ASCII.GetString(descriptor, 1, 6));
            if (!ReadDescriptor(sector, descriptor))
            {
                break;
            }
        }
    }

    /// <summary>The records of the primary hierarchy, those of <c>.</c> and <c>..</c> left out.</summary>
    public List<ReadRecord> Records { get; } = [];

    /// <summary>The record that the root directory has of itself.</summary>
    public ReadRecord? Root { get; private set; }

    public string Text => _text.ToString();

    /// <summary>What a record's extent holds.</summary>
    public byte[] Content(ReadRecord record) => Read(record.Sector * (long)SectorSize, checked((int)record.Length));

    private byte[] Read(long offset, int count)
    {
        var bytes = new byte[count];
        Assert.Equal(count, _volume.Read(offset, bytes));
        return bytes;
    }

    private bool ReadDescriptor(int sector, byte[] descriptor)
    {
        switch (descriptor[0])
        {
            case 0:
                ReadBootRecord(sector, descriptor);
                return true;
            case 1:
                ReadVolume(sector, "primary", Encoding.ASCII, descriptor);
                return true;
            case 2:
                ReadVolume(sector, "supplementary", Encoding.BigEndianUnicode, descriptor);
                return true;
            default:
                Line(0, $"sector {sector}: descriptor of type {descriptor[0]}");
                return false;
        }
    }

    private void ReadBootRecord(int sector, byte[] descriptor)
    {
        var catalog = BinaryPrimitives.ReadUInt32LittleEndian(descriptor.AsSpan(71));
        Line(0, $"sector {sector}: boot record");
        Line(1, $"boot system identifier: {Encoding.ASCII.GetString(descriptor, 7, 32).TrimEnd('\0')}");
        Line(1, $"boot catalog: sector {catalog}");
        var bytes = Read(catalog * (long)SectorSize, SectorSize);
        for (var at = 0; bytes[at] != 0; at += 32)
        {
            Line(2, Convert.ToHexStringLower(bytes, at, 32));
        }
    }

    private void ReadVolume(int sector, string kind, Encoding encoding, byte[] descriptor)
    {
        Line(0, $"sector {sector}: {kind} volume descriptor");
        string Field(int at, int length) => encoding.GetString(descriptor, at, length).TrimEnd(' ', '\0');
        Line(1, $"system identifier: {Field(8, 32)}");
        Line(1, $"volume identifier: {Field(40, 32)}");
        Line(1, $"volume space size: {SystemUseReader.Both(descriptor.AsSpan(80))}");
        Line(1, $"escape sequences: {Encoding.ASCII.GetString(descriptor, 88, 32).TrimEnd('\0')}");
        Line(1, $"logical block size: {BinaryPrimitives.ReadUInt16LittleEndian(descriptor.AsSpan(128))}");
        Line(1, $"data preparer: {Field(446, 128)}");
        Line(1, $"application: {Field(574, 128)}");
        foreach (var (name, at) in ((string, int)[])[("creation", 813), ("modification", 830), ("expiration", 847), ("effective", 864)])
        {
            Line(1, $"{name}: {Encoding.ASCII.GetString(descriptor, at, 16)} zone {descriptor[at + 16]}");
        }

        var size = SystemUseReader.Both(descriptor.AsSpan(132));
        ReadPathTable("L", BinaryPrimitives.ReadUInt32LittleEndian(descriptor.AsSpan(140)), size, isBigEndian: false);
        ReadPathTable("M", BinaryPrimitives.ReadUInt32BigEndian(descriptor.AsSpan(148)), size, isBigEndian: true);
        ReadDirectory("", SystemUseReader.Both(descriptor.AsSpan(158)), SystemUseReader.Both(descriptor.AsSpan(166)), encoding);
    }

    private void ReadPathTable(string kind, uint sector, uint size, bool isBigEndian)
    {
        Line(1, $"path table {kind}: sector {sector}, {size} bytes");
        var table = Read(sector * (long)SectorSize, (int)size).AsSpan();
        for (var number = 1; !table.IsEmpty; number++)
        {
            var (extent, parent) = isBigEndian
                ? (BinaryPrimitives.ReadUInt32BigEndian(table[2..]), BinaryPrimitives.ReadUInt16BigEndian(table[6..]))
                : (BinaryPrimitives.ReadUInt32LittleEndian(table[2..]), BinaryPrimitives.ReadUInt16LittleEndian(table[6..]));
            Line(2, $"{number}: parent {parent} sector {extent} identifier {Convert.ToHexStringLower(table.Slice(8, table[0]))}");
            table = table[((8 + table[0] + 1) & ~1)..];
        }
    }

    private void ReadDirectory(string path, uint sector, uint length, Encoding encoding)
    {
        Line(1, $"directory '/{path}': sector {sector}, {length} bytes");
        var bytes = Read(sector * (long)SectorSize, (int)length);
        var directories = new List<ReadRecord>();
        for (var at = 0; at < bytes.Length;)
        {
            if (bytes[at] == 0)
            {
                at = (at / SectorSize * SectorSize) + SectorSize;
                continue;
            }

            var record = ReadRecord(path, at, bytes.AsSpan(at, bytes[at]), encoding);
            at += bytes[at];
            if (record is { Identifier: not ([0] or [1]), Flags: 2 })
            {
                directories.Add(record);
            }
        }

        foreach (var directory in directories)
        {
            ReadDirectory(directory.Path, directory.Sector, directory.Length, encoding);
        }
    }

    private ReadRecord ReadRecord(string parent, int at, ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        var identifier = bytes.Slice(33, bytes[32]).ToArray();
        var (sector, length, flags) = (SystemUseReader.Both(bytes[2..]), SystemUseReader.Both(bytes[10..]), bytes[25]);
        var systemUse = new SystemUseReader(Read);
        systemUse.Read(bytes[((33 + identifier.Length + 1) & ~1)..]);
        var isDots = identifier is [0] or [1];
        Line(2, $"{at}: {bytes.Length} bytes {(isDots ? identifier[0].ToString(System.Globalization.CultureInfo.InvariantCulture) : $"'{encoding.GetString(identifier)}'")} sector {sector} length {length} flags {flags:x2} {SystemUseReader.ShortTime(bytes[18..])}");
        systemUse.Lines.ForEach(line => Line(3, line));
        var name = systemUse.Name.Count > 0 ? Encoding.Latin1.GetString([.. systemUse.Name]) : encoding.GetString(identifier);
        var record = new ReadRecord(parent.Length == 0 ? name : $"{parent}/{name}", identifier, sector, length, flags, systemUse);
        if (!isDots && encoding == Encoding.ASCII)
        {
            Records.Add(record);
        }

        Root ??= parent.Length == 0 && identifier is [0] ? record : null;

        return record;
    }

    private void Line(int depth, string text) => _text.Append(' ', 2 * depth).Append(text).Append('\n');
}
