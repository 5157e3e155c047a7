using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tar;

/// <summary>Collects the runs of data of a sparse file, and checks that they are in order and inside the file.</summary>
internal sealed class SparseMapBuilder(TarLocation location)
{
    private readonly ImmutableArray<DataExtent>.Builder _extents = ImmutableArray.CreateBuilder<DataExtent>();
    private long _end;
    private long _stored;

    /// <summary>Adds a run of data; GNU tar ends its maps with an empty one at the file's end.</summary>
    public void Add(long offset, long length)
    {
        if (offset < _end || length < 0 || offset > long.MaxValue - length)
        {
            throw location.Malformed("a sparse map is out of order or overlaps");
        }

        _end = offset + length;
        if (length > 0)
        {
            _extents.Add(new DataExtent(offset, _stored, length));
            _stored += length;
        }
    }

    /// <summary>The map, with the offsets in the archive filled in.</summary>
    /// <param name="size">The length of the file.</param>
    /// <param name="stored">How many bytes of it are in the archive.</param>
    /// <param name="dataOffset">Where they begin.</param>
    public ImmutableArray<DataExtent> Build(long size, long stored, long dataOffset)
    {
        if (_end > size || _stored != stored)
        {
            throw location.Malformed($"a sparse map covers {_stored} bytes up to {_end}, but the file has {size} and the archive {stored}");
        }

        for (var i = 0; i < _extents.Count; i++)
        {
            _extents[i] = _extents[i] with { BlobOffset = dataOffset + _extents[i].BlobOffset };
        }

        return _extents.ToImmutable();
    }
}
