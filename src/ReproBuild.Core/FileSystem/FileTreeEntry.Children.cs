namespace ReproBuild.Core.FileSystem;

/// <remarks>
/// While a tree is built, a directory's entries are in a hash table, and from then on in an array in the order of their names. The table is
/// open addressing with linear probing: most directories are small, and there may be millions.
/// </remarks>
public sealed partial class FileTreeEntry
{
    private const int FirstCapacity = 2;

    // Its length is a power of two or 0; at most three quarters are taken.
    private FileTreeEntry?[] _children = [];
    private int _count;

    /// <summary>The entry with a name in a directory that is being built, or null.</summary>
    internal FileTreeEntry? FindChild(ByteString name) => _count == 0 ? null : _children[SlotFor(name)];

    /// <summary>Puts an entry into a directory that is being built, in place of another with its name.</summary>
    internal void PutChild(FileTreeEntry child)
    {
        if ((_count + 1) * 4L > _children.Length * 3L)
        {
            Resize(Math.Max(FirstCapacity, _children.Length * 2));
        }

        ref var slot = ref _children[SlotFor(child.Name)];
        _count += slot is null ? 1 : 0;
        slot = child;
    }

    /// <summary>Removes an entry of a directory that is being built, and with it everything below.</summary>
    internal void RemoveChild(FileTreeEntry child)
    {
        var slot = SlotFor(child.Name);
        _children[slot] = null;
        _count--;

        // What was put further on because of a taken slot must be found without it.
        for (slot = Next(slot); _children[slot] is { } moved; slot = Next(slot))
        {
            _children[slot] = null;
            _children[SlotFor(moved.Name)] = moved;
        }
    }

    /// <summary>The entries of a directory that is being built, in no order.</summary>
    internal FileTreeEntry[] CopyChildren() => [.. _children.OfType<FileTreeEntry>()];

    /// <summary>Ends building: from now on <see cref="Children"/> can be asked for, and nothing else here.</summary>
    internal void SortChildren()
    {
        var sorted = CopyChildren();
        Array.Sort(sorted, static (left, right) => left.Name.CompareTo(right.Name));
        _children = sorted;
    }

    private int SlotFor(ByteString name)
    {
        // Hashes differ from process to process, so that nobody can choose names that collide; no order follows from them.
#pragma warning disable RS0030
        var slot = name.GetHashCode() & (_children.Length - 1);
#pragma warning restore RS0030
        while (_children[slot] is { } other && other.Name != name)
        {
            slot = Next(slot);
        }

        return slot;
    }

    private int Next(int slot) => (slot + 1) & (_children.Length - 1);

    private void Resize(int capacity)
    {
        var old = _children;
        _children = new FileTreeEntry?[capacity];
        foreach (var child in old.OfType<FileTreeEntry>())
        {
            _children[SlotFor(child.Name)] = child;
        }
    }
}
