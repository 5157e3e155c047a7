using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;
using static ReproBuild.Core.Layers.LayerRecordFormat;

namespace ReproBuild.Core.Layers;

/// <summary>Reads the form that <see cref="LayerRecordFormat"/> describes, trusting no number in it.</summary>
internal sealed class LayerRecordReader(HashedInput input, InputLimits limits)
{
    // How much a damaged count can make us reserve before we notice that the bytes after it are missing.
    private const int MaxReserved = 4096;

    private readonly List<ByteString> _pool = [];
    private ByteString _name;
    private long _dataOffset;

    public LayerRecord Read(Digest diffId)
    {
        ReadVersions();
        ReadDiffId(diffId);
        var checksums = ReadChecksums();
        var count = (int)input.ReadNumber(limits.MaxArchiveEntries, "the number of entries (limit MaxArchiveEntries)");
        var entries = ImmutableArray.CreateBuilder<TarEntry>(Math.Min(count, MaxReserved));
        var hashes = new ArrayBufferWriter<byte>();
        for (var i = 0; i < count; i++)
        {
            var (entry, fields) = ReadEntry();
            entries.Add(entry);
            var hash = hashes.GetSpan(SHA256.HashSizeInBytes)[..SHA256.HashSizeInBytes];
            hash.Clear();
            input.ReadBytes(fields.HasFlag(Fields.ContentHash) ? hash : []);
            hashes.Advance(SHA256.HashSizeInBytes);
        }

        input.Finish();
        return new LayerRecord(diffId, checksums, new LayerIndex(entries.DrainToImmutable(), hashes.WrittenSpan.ToArray()));
    }

    private void ReadVersions()
    {
        Span<byte> magic = stackalloc byte[Magic.Length];
        input.ReadBytes(magic);
        if (!magic.SequenceEqual(Magic))
        {
            throw HashedInput.Damaged("it does not begin with the signature");
        }

        var (version, reader) = (input.ReadByte(), input.ReadByte());
        if (version != LayerRecordFormat.Version || reader != ReaderVersion)
        {
            throw HashedInput.Damaged($"its versions are {version} and {reader}, not {LayerRecordFormat.Version} and {ReaderVersion}");
        }
    }

    private void ReadDiffId(Digest expected)
    {
        Span<byte> stored = stackalloc byte[SHA512.HashSizeInBytes];
        stored = stored[..(int)input.ReadNumber(SHA512.HashSizeInBytes, "the length of the diff id")];
        input.ReadBytes(stored);
        if (!stored.SequenceEqual(Convert.FromHexString(expected.Hex)))
        {
            throw HashedInput.Damaged($"it is of {Convert.ToHexStringLower(stored)}, not of {expected.Hex}");
        }
    }

    private BlockChecksums ReadChecksums()
    {
        var length = input.ReadNumber(limits.MaxArchiveSize, "the length of the archive (limit MaxArchiveSize)");
        var count = BlockChecksums.CountBlocks(length);
        var values = ImmutableArray.CreateBuilder<ulong>((int)Math.Min(count, MaxReserved));
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        for (long i = 0; i < count; i++)
        {
            input.ReadBytes(bytes);
            values.Add(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        return new BlockChecksums(length, values.DrainToImmutable());
    }

    private (TarEntry Entry, Fields Fields) ReadEntry()
    {
        var type = ReadType();
        var fields = (Fields)input.ReadByte();
        if ((fields & ~Fields.All) != 0)
        {
            throw HashedInput.Damaged("an entry has unknown fields");
        }

        // The object initializer runs in textual order: the order of the file.
        var entry = new TarEntry
        {
            Type = type,
            Name = ReadName(),
            Mode = (UnixFileMode)input.ReadNumber(0xFFF, "a mode"),
            UserId = ReadUInt32(),
            GroupId = ReadUInt32(),
            UserName = ReadPooled(),
            GroupName = ReadPooled(),
            ModificationTime = new FileTime(UnZigZag(input.ReadNumber())),
            Size = input.ReadNumber(long.MaxValue, "a size"),
            DataOffset = ReadDataOffset(),
        };
        return ((fields & ~Fields.ContentHash) == Fields.None ? entry : ReadOptional(entry, fields), fields);
    }

    private TarEntry ReadOptional(TarEntry entry, Fields fields) => entry with
    {
        ModificationTime = fields.HasFlag(Fields.Nanoseconds)
            ? entry.ModificationTime with { Nanoseconds = (int)input.ReadNumber(999_999_999, "the nanoseconds of a time") }
            : entry.ModificationTime,
        LinkName = fields.HasFlag(Fields.LinkName) ? ReadText(limits.MaxPathLength, "the length of a link target (limit MaxPathLength)") : default,
        DeviceMajor = fields.HasFlag(Fields.Device) ? ReadUInt32() : 0,
        DeviceMinor = fields.HasFlag(Fields.Device) ? ReadUInt32() : 0,
        ExtendedAttributes = fields.HasFlag(Fields.ExtendedAttributes)
            ? ReadPairs(static (name, value) => new ExtendedAttribute(name, value))
            : [],
        PaxRecords = fields.HasFlag(Fields.PaxRecords) ? ReadPairs(static (keyword, value) => new PaxRecord(keyword, value)) : [],
        SparseExtents = fields.HasFlag(Fields.SparseExtents) ? ReadExtents() : default,
    };

    private TarEntryType ReadType()
    {
        var type = (TarEntryType)input.ReadByte();
        return type is >= TarEntryType.RegularFile and <= TarEntryType.Fifo ? type : throw HashedInput.Damaged("an entry has an unknown type");
    }

    private ByteString ReadName()
    {
        var shared = (int)input.ReadNumber(_name.Length, "the shared length of a name");
        var rest = (int)input.ReadNumber(limits.MaxPathLength - Math.Min(shared, limits.MaxPathLength), "the length of a name (limit MaxPathLength)");
        return _name = ByteString.Create(shared + rest, (Input: input, Previous: _name, Shared: shared), static (bytes, from) =>
        {
            from.Previous.Span[..from.Shared].CopyTo(bytes);
            from.Input.ReadBytes(bytes[from.Shared..]);
        });
    }

    private uint ReadUInt32() => (uint)input.ReadNumber(uint.MaxValue, "a 32-bit number");

    private long ReadDataOffset()
    {
        var offset = unchecked(_dataOffset + UnZigZag(input.ReadNumber()));
        return offset >= 0 ? _dataOffset = offset : throw HashedInput.Damaged("an entry's data lies before the archive");
    }

    private ByteString ReadPooled()
    {
        var number = (int)input.ReadNumber(_pool.Count + 1, "the number of a string");
        if (number == 0)
        {
            return default;
        }

        if (number > _pool.Count)
        {
            _pool.Add(ReadText(limits.MaxExtendedHeaderSize, "the length of a string (limit MaxExtendedHeaderSize)"));
        }

        return _pool[number - 1];
    }

    private ByteString ReadText(int limit, string what) =>
        ByteString.Create((int)input.ReadNumber(limit, what), input, static (bytes, input) => input.ReadBytes(bytes));

    private ImmutableArray<T> ReadPairs<T>(Func<ByteString, ByteString, T> join)
    {
        var count = ReadCount();
        var items = ImmutableArray.CreateBuilder<T>(Math.Min(count, MaxReserved));
        for (var i = 0; i < count; i++)
        {
            items.Add(join(ReadPooled(), ReadPooled()));
        }

        return items.DrainToImmutable();
    }

    private ImmutableArray<DataExtent> ReadExtents()
    {
        var count = ReadCount();
        var extents = ImmutableArray.CreateBuilder<DataExtent>(Math.Min(count, MaxReserved));
        for (var i = 0; i < count; i++)
        {
            extents.Add(new DataExtent(
                input.ReadNumber(long.MaxValue, "an offset"),
                input.ReadNumber(long.MaxValue, "an offset"),
                input.ReadNumber(long.MaxValue, "a length")));
        }

        return extents.DrainToImmutable();
    }

    // Every item took at least one byte of the entry's extended headers.
    private int ReadCount() => (int)input.ReadNumber(limits.MaxExtendedHeaderSize, "the number of an entry's items (limit MaxExtendedHeaderSize)");
}
