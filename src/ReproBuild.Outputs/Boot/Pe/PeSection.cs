using System.Buffers.Binary;
using System.Text;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Boot.Pe;

/// <summary>A section to add to a program.</summary>
/// <param name="Name">Up to eight ASCII characters.</param>
/// <param name="Content">What it holds.</param>
/// <param name="Characteristics">Its flags; see <see cref="Data"/> and <see cref="Code"/>.</param>
/// <param name="SizeInMemory">Its size in memory in bytes, when larger than the content.</param>
internal sealed record PeSection(string Name, FileContent Content, uint Characteristics, long SizeInMemory)
{
    /// <summary>IMAGE_SCN_CNT_INITIALIZED_DATA and IMAGE_SCN_MEM_READ.</summary>
    public const uint Data = 0x40000040;

    /// <summary>IMAGE_SCN_CNT_CODE and IMAGE_SCN_MEM_READ.</summary>
    public const uint Code = 0x40000020;

    public const int HeaderSize = 40;

    /// <summary>Writes the section header ("PE Format", Section Table).</summary>
    public void WriteHeader(Span<byte> header, uint address, uint fileOffset, uint sizeInFile)
    {
        header = header[..HeaderSize];
        header.Clear();
        Encoding.ASCII.GetBytes(Name, header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], (uint)SizeInMemory);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], address);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], sizeInFile);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], fileOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(header[36..], Characteristics);
    }
}
