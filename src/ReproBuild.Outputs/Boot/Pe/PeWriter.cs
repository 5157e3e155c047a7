using System.Buffers.Binary;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Boot.Pe;

/// <summary>Adds sections after those of a program; the rest of it is kept.</summary>
internal sealed class PeWriter
{
    private const int MaxProgramSize = 16 * 1024 * 1024;

    private readonly byte[] _program;
    private readonly PeHeaders _headers;

    /// <param name="program">The program: at most 16 MiB.</param>
    /// <exception cref="OutputFormatException">It is not a program that sections can be added to.</exception>
    public PeWriter(FileContent program)
    {
        if (program.Length > MaxProgramSize)
        {
            throw Invalid($"it has {program.Length} bytes, more than {MaxProgramSize}");
        }

        var bytes = new byte[program.Length];
        program.Read(0, bytes);
        _headers = PeHeaders.TryRead(bytes) ?? throw Invalid("it is not a PE32+ program");
        if (_headers.SectionTableOffset + (_headers.SectionCount * PeSection.HeaderSize) > bytes.Length)
        {
            throw Invalid("it ends inside its table of sections");
        }

        if (_headers.HasCertificates(bytes))
        {
            throw Invalid("it is signed, and adding sections would break the signature; use the unsigned one");
        }

        _program = WithoutSymbols(bytes);
    }

    public ushort Machine => _headers.Machine;

    /// <summary>Composes the program with the sections, its checksum right.</summary>
    /// <exception cref="OutputFormatException">The sections do not fit.</exception>
    public FileContent Write(IReadOnlyList<PeSection> sections, CancellationToken cancellationToken)
    {
        var header = _program.ToArray();
        var body = new FileContentBuilder();
        var (address, position) = ((ulong)_headers.ImageSize, Align((ulong)_program.Length, _headers.FileAlignment));
        var dataSize = (ulong)_headers.InitializedDataSize;
        body.PadTo((long)position - _program.Length);
        for (var i = 0; i < sections.Count; i++)
        {
            var section = sections[i];
            var sizeInFile = Align((ulong)section.Content.Length, _headers.FileAlignment);
            Check(section, address + (ulong)section.SizeInMemory, position + sizeInFile);
            section.WriteHeader(SectionHeader(header, i), (uint)address, (uint)position, (uint)sizeInFile);
            body.Append(section.Content).PadTo((long)(position + sizeInFile) - _program.Length);
            dataSize += (ulong)section.SizeInMemory;
            (address, position) = (Align(address + (ulong)section.SizeInMemory, _headers.SectionAlignment), position + sizeInFile);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(_headers.SectionCountOffset), (ushort)(_headers.SectionCount + sections.Count));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(_headers.InitializedDataSizeOffset), (uint)Math.Min(dataSize, uint.MaxValue));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(_headers.ImageSizeOffset), (uint)address);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(_headers.ChecksumOffset), 0);
        var tail = body.Build();
        var checksum = PeChecksum.Compute(Join(header, tail), cancellationToken);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(_headers.ChecksumOffset), checksum);
        return Join(header, tail);
    }

    private static FileContent Join(byte[] header, FileContent tail) => new FileContentBuilder().Append(header).Append(tail).Build();

    /// <summary>
    /// COFF symbols, which GNU's linker leaves at the end, are deprecated and would lie between the sections. Where other data follow
    /// them, they stay.
    /// </summary>
    private byte[] WithoutSymbols(byte[] bytes)
    {
        if (_headers.SymbolTableOffset == 0 || _headers.SymbolTableOffset > bytes.Length)
        {
            return bytes;
        }

        const int PointerAndCountSize = 8;
        bytes.AsSpan(_headers.SymbolTablePointerOffset, PointerAndCountSize).Clear();
        return DataEnd(bytes) <= _headers.SymbolTableOffset ? bytes[..(int)_headers.SymbolTableOffset] : bytes;
    }

    /// <summary>Where the data of the program's own sections end in the file ("PE Format", SizeOfRawData and PointerToRawData).</summary>
    private ulong DataEnd(ReadOnlySpan<byte> bytes)
    {
        ulong end = 0;
        for (var i = 0; i < _headers.SectionCount; i++)
        {
            var header = bytes[(_headers.SectionTableOffset + (i * PeSection.HeaderSize))..];
            end = Math.Max(end, (ulong)BinaryPrimitives.ReadUInt32LittleEndian(header[16..]) + BinaryPrimitives.ReadUInt32LittleEndian(header[20..]));
        }

        return end;
    }

    private Span<byte> SectionHeader(byte[] header, int index)
    {
        var offset = _headers.SectionTableOffset + ((_headers.SectionCount + index) * PeSection.HeaderSize);
        return offset + PeSection.HeaderSize <= Math.Min(_headers.HeadersSize, header.Length) && _headers.SectionCount + index < ushort.MaxValue
            ? header.AsSpan(offset, PeSection.HeaderSize)
            : throw Invalid($"its headers have room for {index} more sections only");
    }

    private void Check(PeSection section, ulong addressEnd, ulong fileEnd)
    {
        if (Align(addressEnd, _headers.SectionAlignment) > uint.MaxValue || fileEnd > uint.MaxValue)
        {
            throw new OutputFormatException(
                $"the section {section.Name} with {section.Content.Length} bytes does not fit: a PE program has at most 4 GiB. " +
                "Make the root file system smaller.");
        }
    }

    private static OutputFormatException Invalid(string why) =>
        new(
            $"the UEFI stub cannot be used: {why}. " +
            "Leave OutputOptions.UefiStub (or UnifiedKernelImageOptions.UefiStub) unset for ReproBuild's own, " +
            "or give an unsigned stub such as linuxx64.efi.stub.");

    private static ulong Align(ulong value, uint alignment) => (value + alignment - 1) & ~((ulong)alignment - 1);
}
