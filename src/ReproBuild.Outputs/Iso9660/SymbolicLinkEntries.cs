namespace ReproBuild.Outputs.Iso9660;

/// <summary>SL: the target of a symbolic link, a component record for each of its parts (RRIP 1.12, section 4.1.3).</summary>
internal sealed class SymbolicLinkEntries
{
    /// <summary>What an entry of 255 bytes leaves for component records.</summary>
    private const int Room = 250;

    private const int ComponentHeaderSize = 2;
    private const byte Continue = 0x01;
    private const byte Current = 0x02;
    private const byte Parent = 0x04;
    private const byte Root = 0x08;

    private readonly List<byte[]> _entries = [];
    private readonly List<byte> _components = [];

    private SymbolicLinkEntries()
    {
    }

    /// <summary>
    /// Encodes a target. An empty component, as between two slashes or after the last one, becomes a record without content, so that
    /// readers put the same slashes back.
    /// </summary>
    public static IReadOnlyList<byte[]> Encode(ByteString target)
    {
        var entries = new SymbolicLinkEntries();
        var rest = target.Span;
        if (rest.StartsWith("/"u8))
        {
            entries.Add(Root, []);
            rest = rest[1..];
        }

        if (!rest.IsEmpty || target.IsEmpty)
        {
            foreach (var range in rest.Split((byte)'/'))
            {
                entries.AddPart(rest[range]);
            }
        }

        entries.Flush(isLast: true);
        return entries._entries;
    }

    private void AddPart(ReadOnlySpan<byte> part)
    {
        if (part.SequenceEqual("."u8))
        {
            Add(Current, []);
        }
        else if (part.SequenceEqual(".."u8))
        {
            Add(Parent, []);
        }
        else
        {
            AddText(part);
        }
    }

    /// <summary>A part that does not fit goes on in the next entry; nothing is left at an entry's end but what is cut there.</summary>
    private void AddText(ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var room = Room - _components.Count - ComponentHeaderSize;
            if (room < 1)
            {
                Flush(isLast: false);
                continue;
            }

            if (text.Length <= room)
            {
                Add(0, text);
                return;
            }

            Add(Continue, text[..room]);
            text = text[room..];
        }
    }

    private void Add(byte flags, ReadOnlySpan<byte> content)
    {
        if (_components.Count + ComponentHeaderSize + content.Length > Room)
        {
            Flush(isLast: false);
        }

        _components.Add(flags);
        _components.Add((byte)content.Length);
        _components.AddRange(content);
    }

    private void Flush(bool isLast)
    {
        _entries.Add(SystemUseEntry.Create("SL"u8, [isLast ? (byte)0 : Continue, .. _components]));
        _components.Clear();
    }
}
