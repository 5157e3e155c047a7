namespace ReproBuild.Core.Tar;

/// <summary>Pairs up the decimal numbers of a PAX sparse map as runs: an offset, a length, and so on.</summary>
internal sealed class SparseMapParser(SparseMapBuilder map, TarLocation location)
{
    private const int MaxDigits = 20;

    private readonly byte[] _line = new byte[MaxDigits];
    private int _lineLength;
    private long? _runs;
    private long? _offset;
    private long _count;

    /// <summary>Whether the number of runs is known and all of them have been read.</summary>
    private bool IsComplete => _count == _runs;

    /// <summary>Adds a number: an offset or a length.</summary>
    public void AddNumber(ReadOnlySpan<byte> digits)
    {
        if (!TarNumber.TryParseDecimal(digits, out var number))
        {
            throw location.Malformed("a sparse map contains something that is not a number");
        }

        if (_offset is not { } offset)
        {
            _offset = number;
            return;
        }

        map.Add(offset, number);
        _offset = null;
        _count++;
    }

    /// <summary>Takes a block of a version 1.0 map: the number of runs, then the runs, one number a line, then padding.</summary>
    /// <returns>Whether the map is complete.</returns>
    public bool AddBlock(ReadOnlySpan<byte> block)
    {
        foreach (var value in block)
        {
            if (value == '\n')
            {
                AddLine(_line.AsSpan(0, _lineLength));
                _lineLength = 0;
                if (IsComplete)
                {
                    return true;
                }
            }
            else if (_lineLength == MaxDigits)
            {
                throw location.Malformed("a sparse map contains something that is not a number");
            }
            else
            {
                _line[_lineLength++] = value;
            }
        }

        return false;
    }

    /// <summary>Checks that the map ended with a whole run.</summary>
    public void Finish()
    {
        if (_offset is not null)
        {
            throw location.Malformed("a sparse map ends with an offset without a length");
        }
    }

    private void AddLine(ReadOnlySpan<byte> line)
    {
        if (_runs is not null)
        {
            AddNumber(line);
            return;
        }

        _runs = TarNumber.TryParseDecimal(line, out var runs) ? runs : throw location.Malformed("a sparse map does not begin with its length");
    }
}
