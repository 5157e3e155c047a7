namespace ReproBuild.Testing.Crashes;

/// <summary>A file on a <see cref="CutDisk"/>: what was written to it, and what of it was flushed.</summary>
/// <param name="original">Its bytes at first, on the disk.</param>
internal sealed class DiskFile(byte[] original)
{
    private const int SectorSize = 512;

    private readonly List<(int Time, long At, byte[]? Data)> _writes = [];
    private int _flushed = -1;

    public void Write(int time, long offset, byte[] data) => _writes.Add((time, offset, data));

    public void Truncate(int time, long length) => _writes.Add((time, length, null));

    public void Flush(int time) => _flushed = time;

    public byte[] Whole() => Apply(static _ => 1, static () => 0);

    /// <summary>What may be there: what was flushed, and of what was not nothing, all, or some of the writes and of their sectors.</summary>
    public byte[] Cut(Random random)
    {
        var kept = random.Next(4) switch { 0 => 0, 1 => 1, _ => random.NextDouble() };
        return Apply(time => time < _flushed ? 1 : kept, random.NextDouble);
    }

    private byte[] Apply(Func<int, double> likelihood, Func<double> chance)
    {
        var content = (byte[])original.Clone();
        foreach (var (time, at, data) in _writes)
        {
            var likely = likelihood(time);
            if (chance() >= likely && likely < 1)
            {
                continue;
            }

            if (data is null)
            {
                Array.Resize(ref content, (int)at);
                continue;
            }

            if (content.Length < at + data.Length)
            {
                Array.Resize(ref content, (int)at + data.Length);
            }

            for (var i = 0; i < data.Length; i += SectorSize)
            {
                if (likely == 1 || chance() < 0.8)
                {
                    data.AsSpan(i, Math.Min(SectorSize, data.Length - i)).CopyTo(content.AsSpan((int)at + i));
                }
            }
        }

        return content;
    }
}
