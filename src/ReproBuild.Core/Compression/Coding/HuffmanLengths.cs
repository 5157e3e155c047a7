namespace ReproBuild.Core.Compression.Coding;

/// <summary>Optimal code lengths under a limit: by Huffman's algorithm and, where that gives longer ones, by package-merge.</summary>
/// <remarks>
/// D. A. Huffman, 1952, with the two queues of J. van Leeuwen, 1976; L. L. Larmore and D. S. Hirschberg, 1990. Both take a leaf before what
/// weighs the same, and give the same lengths where the limit does not matter.
/// </remarks>
internal static class HuffmanLengths
{
    /// <summary>Gives every symbol that occurs a length of 1 to <paramref name="maxLength"/>, and the others 0.</summary>
    /// <remarks>
    /// Symbols of equal frequency are taken by number, so the lengths depend only on the frequencies. When fewer than two symbols
    /// occur, two get a code all the same: then the code is complete, which every decoder accepts.
    /// </remarks>
    public static void Compute(ReadOnlySpan<int> frequencies, int maxLength, Span<byte> lengths)
    {
        lengths.Clear();
        Span<long> leaves = stackalloc long[frequencies.Length];
        var count = CollectLeaves(frequencies, leaves);
        if (count < 2)
        {
            var only = count == 0 ? 0 : Symbol(leaves[0]);
            lengths[only] = 1;
            lengths[only == 0 ? 1 : 0] = 1;
            return;
        }

        leaves = leaves[..count];
        leaves.Sort();
        if (TryUnlimited(leaves, maxLength, lengths))
        {
            return;
        }

        var row = 2 * count;
        Span<bool> isLeaf = stackalloc bool[maxLength * row];
        Span<long> previous = stackalloc long[row];
        Span<long> merged = stackalloc long[row];
        var previousCount = 0;
        for (var level = 0; level < maxLength; level++)
        {
            previousCount = Merge(leaves, previous[..previousCount], merged, isLeaf.Slice(level * row, row));
            var swap = previous;
            previous = merged;
            merged = swap;
        }

        CountLevels(leaves, isLeaf, row, maxLength, lengths);
    }

    /// <summary>Huffman's algorithm on sorted leaves, in two queues: first the leaves, then what they are joined to.</summary>
    /// <returns>False when a code would be longer than allowed.</returns>
    private static bool TryUnlimited(ReadOnlySpan<long> leaves, int maxLength, Span<byte> lengths)
    {
        var count = leaves.Length;
        Span<long> weights = stackalloc long[count];
        Span<short> parents = stackalloc short[2 * count];
        int leaf = 0, node = 0;
        for (var made = 0; made < count - 1; made++)
        {
            long weight = 0;
            for (var child = 0; child < 2; child++)
            {
                if (leaf < count && (node >= made || leaves[leaf] >> 16 <= weights[node]))
                {
                    weight += leaves[leaf] >> 16;
                    parents[leaf++] = (short)made;
                }
                else
                {
                    weight += weights[node];
                    parents[count + node++] = (short)made;
                }
            }

            weights[made] = weight;
        }

        // The last node is the root; a node's parent comes after it.
        Span<byte> depths = stackalloc byte[count];
        depths[count - 2] = 0;
        for (var made = count - 3; made >= 0; made--)
        {
            depths[made] = (byte)(depths[parents[count + made]] + 1);
        }

        for (var i = 0; i < count; i++)
        {
            var depth = depths[parents[i]] + 1;
            if (depth > maxLength)
            {
                return false;
            }

            lengths[Symbol(leaves[i])] = (byte)depth;
        }

        return true;
    }

    // A leaf is its frequency above its symbol, so that sorting is by frequency, then by symbol.
    private static int CollectLeaves(ReadOnlySpan<int> frequencies, Span<long> leaves)
    {
        var count = 0;
        for (var symbol = 0; symbol < frequencies.Length; symbol++)
        {
            if (frequencies[symbol] > 0)
            {
                leaves[count++] = ((long)frequencies[symbol] << 16) | (uint)symbol;
            }
        }

        return count;
    }

    private static int Symbol(long leaf) => (int)(leaf & 0xFFFF);

    /// <summary>Merges the leaves with the pairs of the level before, by weight; a leaf goes before a package of the same weight.</summary>
    private static int Merge(ReadOnlySpan<long> leaves, ReadOnlySpan<long> previous, Span<long> merged, Span<bool> isLeaf)
    {
        var packages = previous.Length / 2;
        int leaf = 0, package = 0, count = 0;
        while (leaf < leaves.Length || package < packages)
        {
            var packageWeight = package < packages ? previous[2 * package] + previous[(2 * package) + 1] : long.MaxValue;
            var leafWeight = leaf < leaves.Length ? leaves[leaf] >> 16 : long.MaxValue;
            isLeaf[count] = leafWeight <= packageWeight;
            if (isLeaf[count])
            {
                leaf++;
            }
            else
            {
                package++;
            }

            merged[count++] = Math.Min(leafWeight, packageWeight);
        }

        return count;
    }

    /// <summary>A symbol's length is the number of levels in which its leaf is among the cheapest items chosen.</summary>
    private static void CountLevels(ReadOnlySpan<long> leaves, ReadOnlySpan<bool> isLeaf, int row, int maxLength, Span<byte> lengths)
    {
        var chosen = (2 * leaves.Length) - 2;
        for (var level = maxLength - 1; level >= 0 && chosen > 0; level--)
        {
            var chosenLeaves = isLeaf.Slice(level * row, chosen).Count(true);
            for (var i = 0; i < chosenLeaves; i++)
            {
                lengths[Symbol(leaves[i])]++;
            }

            chosen = 2 * (chosen - chosenLeaves);
        }
    }
}
