using System.Collections.Concurrent;

namespace ReproBuild.Core.Compression.Coding;

/// <summary>Keeps the encoders of each effort for reuse: their tables take hundreds of kilobytes.</summary>
/// <param name="create">Makes an encoder.</param>
internal sealed class EncoderPool<T>(Func<CompressionEffort, T> create)
    where T : class
{
    private const int Kept = 16;

    private readonly ConcurrentStack<T>[] _encoders = [.. Enum.GetValues<CompressionEffort>().Select(static _ => new ConcurrentStack<T>())];

    /// <summary>An encoder that nobody else uses.</summary>
    public T Rent(CompressionEffort effort) => _encoders[(int)effort].TryPop(out var encoder) ? encoder : create(effort);

    /// <summary>Gives an encoder back; one whose work failed is left to the garbage collector.</summary>
    public void Return(CompressionEffort effort, T encoder)
    {
        if (_encoders[(int)effort].Count < Kept)
        {
            _encoders[(int)effort].Push(encoder);
        }
    }
}
