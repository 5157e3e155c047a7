using System.Buffers.Binary;
using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;
using static ReproBuild.Core.Layers.LayerRecordFormat;

namespace ReproBuild.Core.Layers;

/// <summary>Writes the form that <see cref="LayerRecordFormat"/> describes.</summary>
internal sealed class LayerRecordWriter(HashedOutput output)
{
    private readonly Dictionary<ByteString, ulong> _pool = [];
    private ByteString _name;
    private long _dataOffset;

    public void Write(LayerRecord record)
    {
        output.WriteBytes(Magic);
        output.WriteByte(LayerRecordFormat.Version);
        output.WriteByte(ReaderVersion);
        var diffId = Convert.FromHexString(record.DiffId.Hex);
        output.WriteByte((byte)diffId.Length);
        output.WriteBytes(diffId);
        WriteChecksums(record.Checksums);
        var entries = record.Index.Entries;
        output.WriteNumber((ulong)entries.Length);
        for (var i = 0; i < entries.Length; i++)
        {
            WriteEntry(entries[i], record.Index.ContentHash(i));
        }

        output.Finish();
    }

    private void WriteChecksums(BlockChecksums checksums)
    {
        output.WriteNumber((ulong)checksums.Length);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        foreach (var value in checksums.Values)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
            output.WriteBytes(bytes);
        }
    }

    private void WriteEntry(TarEntry entry, ReadOnlySpan<byte> contentHash)
    {
        var fields = FieldsOf(entry) | (contentHash.IsEmpty ? Fields.None : Fields.ContentHash);
        output.WriteByte((byte)entry.Type);
        output.WriteByte((byte)fields);
        WriteName(entry.Name);
        output.WriteNumber((ulong)entry.Mode);
        output.WriteNumber(entry.UserId);
        output.WriteNumber(entry.GroupId);
        WritePooled(entry.UserName);
        WritePooled(entry.GroupName);
        output.WriteNumber(ZigZag(entry.ModificationTime.Seconds));
        output.WriteNumber((ulong)entry.Size);
        output.WriteNumber(ZigZag(entry.DataOffset - _dataOffset));
        _dataOffset = entry.DataOffset;
        WriteOptional(entry, fields);
        output.WriteBytes(contentHash);
    }

    private void WriteOptional(TarEntry entry, Fields fields)
    {
        if (fields.HasFlag(Fields.Nanoseconds))
        {
            output.WriteNumber((ulong)entry.ModificationTime.Nanoseconds);
        }

        if (fields.HasFlag(Fields.LinkName))
        {
            output.WriteNumber((ulong)entry.LinkName.Length);
            output.WriteBytes(entry.LinkName.Span);
        }

        if (fields.HasFlag(Fields.Device))
        {
            output.WriteNumber(entry.DeviceMajor);
            output.WriteNumber(entry.DeviceMinor);
        }

        if (fields.HasFlag(Fields.ExtendedAttributes))
        {
            WritePairs(entry.ExtendedAttributes, static attribute => (attribute.Name, attribute.Value));
        }

        if (fields.HasFlag(Fields.PaxRecords))
        {
            WritePairs(entry.PaxRecords, static record => (record.Keyword, record.Value));
        }

        if (fields.HasFlag(Fields.SparseExtents))
        {
            WriteExtents(entry);
        }
    }

    private static Fields FieldsOf(TarEntry entry) =>
        (entry.ModificationTime.Nanoseconds != 0 ? Fields.Nanoseconds : 0) |
        (!entry.LinkName.IsEmpty ? Fields.LinkName : 0) |
        (entry.DeviceMajor != 0 || entry.DeviceMinor != 0 ? Fields.Device : 0) |
        (!entry.ExtendedAttributes.IsEmpty ? Fields.ExtendedAttributes : 0) |
        (!entry.PaxRecords.IsEmpty ? Fields.PaxRecords : 0) |
        (!entry.SparseExtents.IsDefault ? Fields.SparseExtents : 0);

    private void WriteName(ByteString name)
    {
        var shared = name.Span.CommonPrefixLength(_name.Span);
        output.WriteNumber((ulong)shared);
        output.WriteNumber((ulong)(name.Length - shared));
        output.WriteBytes(name.Span[shared..]);
        _name = name;
    }

    private void WritePooled(ByteString text)
    {
        if (text.IsEmpty)
        {
            output.WriteByte(0);
            return;
        }

        if (_pool.TryGetValue(text, out var number))
        {
            output.WriteNumber(number);
            return;
        }

        number = (ulong)_pool.Count + 1;
        _pool.Add(text, number);
        output.WriteNumber(number);
        output.WriteNumber((ulong)text.Length);
        output.WriteBytes(text.Span);
    }

    private void WritePairs<T>(ImmutableArray<T> items, Func<T, (ByteString Name, ByteString Value)> split)
    {
        output.WriteNumber((ulong)items.Length);
        foreach (var item in items)
        {
            var (name, value) = split(item);
            WritePooled(name);
            WritePooled(value);
        }
    }

    private void WriteExtents(TarEntry entry)
    {
        output.WriteNumber((ulong)entry.SparseExtents.Length);
        foreach (var extent in entry.SparseExtents)
        {
            output.WriteNumber((ulong)extent.Offset);
            output.WriteNumber((ulong)extent.BlobOffset);
            output.WriteNumber((ulong)extent.Length);
        }
    }
}
