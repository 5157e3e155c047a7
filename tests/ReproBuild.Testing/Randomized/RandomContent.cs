using ReproBuild.Core.FileSystem;

namespace ReproBuild.Testing.Randomized;

/// <summary>What a part of a content looks like to a compressor.</summary>
public enum RandomStyle
{
    Zeros,
    Repeats,
    Words,
    Noise,
}

/// <summary>A part of a content.</summary>
/// <param name="Style">What it looks like.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Seed">What its bytes follow from.</param>
public sealed record RandomContent(RandomStyle Style, int Size, int Seed)
{
    public override string ToString() => $"{Style} {Size} {Seed}";

    public static byte[] Join(IReadOnlyCollection<RandomContent> parts)
    {
        var bytes = new byte[parts.Sum(static p => p.Size)];
        var at = 0;
        foreach (var part in parts)
        {
            part.Fill(bytes.AsSpan(at, part.Size));
            at += part.Size;
        }

        return bytes;
    }

    /// <summary>The same bytes from pieces of random lengths; of the zeros some are holes.</summary>
    public static FileContent Compose(IReadOnlyCollection<RandomContent> parts, Random random)
    {
        var builder = new FileContentBuilder();
        foreach (var part in parts)
        {
            if (part.Style == RandomStyle.Zeros && random.Next(2) == 0)
            {
                builder.AppendZeros(part.Size);
                continue;
            }

            var bytes = Join([part]);
            for (int at = 0, count; at < bytes.Length; at += count)
            {
                count = Math.Min(bytes.Length - at, 1 + random.Next(random.Next(2) == 0 ? 10 + (bytes.Length / 8) : bytes.Length));
                builder.Append(bytes.AsMemory(at, count));
            }
        }

        return builder.Build();
    }

    private void Fill(Span<byte> bytes)
    {
        var state = unchecked(((uint)Seed * 2654435761) + 1);
        for (var i = 0; i < bytes.Length; i++)
        {
            state = unchecked((state * 1664525) + 1013904223);
            bytes[i] = Style switch
            {
                RandomStyle.Zeros => 0,
                RandomStyle.Repeats => (byte)((Seed + (i % 7)) & 0xff),
                RandomStyle.Words => (byte)((state >> 24) < 40 ? ' ' : 'a' + ((state >> 24) % 6)),
                _ => (byte)(state >> 24),
            };
        }
    }
}
