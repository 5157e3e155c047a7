using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>Reads a file block by block, in order; blocks inside holes are found without reading them.</summary>
internal sealed class SquashFsBlockReader(FileContent content)
{
    private int _extent;

    /// <summary>Reads the block that begins at an offset, not before the last one.</summary>
    /// <returns>False when the block is all zeros; then the content of <paramref name="buffer"/> is undefined.</returns>
    public bool TryRead(long offset, Span<byte> buffer)
    {
        var extents = content.Extents;
        while (_extent < extents.Length && extents[_extent].Offset + extents[_extent].Length <= offset)
        {
            _extent++;
        }

        if (_extent == extents.Length || extents[_extent].Offset >= offset + buffer.Length)
        {
            return false;
        }

        content.Read(offset, buffer);
        return buffer.ContainsAnyExcept((byte)0);
    }
}
