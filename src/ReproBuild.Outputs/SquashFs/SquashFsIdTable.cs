using static ReproBuild.Outputs.SquashFs.SquashFsConstants;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>The user and group ids of the image, ascending; inodes hold their index.</summary>
internal sealed class SquashFsIdTable
{
    private readonly Dictionary<uint, int> _indices = [];
    private readonly uint[] _ids;

    private SquashFsIdTable(uint[] ids)
    {
        _ids = ids;
        for (var i = 0; i < ids.Length; i++)
        {
            _indices.Add(ids[i], i);
        }
    }

    public int Count => _ids.Length;

    /// <exception cref="OutputFormatException">There are too many.</exception>
    public static SquashFsIdTable Create(IEnumerable<uint> ids)
    {
        uint[] distinct = [.. ids.Distinct().Order()];
        return distinct.Length <= MaxIds
            ? new SquashFsIdTable(distinct)
            : throw new OutputFormatException(
                $"the files have {distinct.Length} different user and group ids; SquashFS holds at most {MaxIds}. Use fewer owners.");
    }

    public int IndexOf(uint id) => _indices[id];

    public byte[] Encode()
    {
        var bytes = new byte[_ids.Length * sizeof(uint)];
        var record = new SquashFsRecord(bytes);
        foreach (var id in _ids)
        {
            record.UInt32(id);
        }

        return bytes;
    }
}
