namespace ReproBuild.Core.FileSystem;

/// <summary>Tells how much of a build's contents is read, and for whom.</summary>
/// <remarks>Whom it is done for flows with the execution, into tasks and threads: the code that reads need not know of it.</remarks>
internal static class ContentReads
{
    private static readonly AsyncLocal<IProgress<long>?> Reader = new();

    /// <summary>
    /// Receives the number of bytes of each read from here on: a format's progress, or that of work which several formats wait for. What an
    /// asynchronous method sets is as it was when it returns.
    /// </summary>
    public static IProgress<long>? Counter
    {
        get => Reader.Value;
        set => Reader.Value = value;
    }

    /// <summary>Counts bytes that were read, or need not be read because what becomes of them is known.</summary>
    public static void Add(long count) => Reader.Value?.Report(count);
}

/// <summary>The reads of work that is done once for all who need it: each of them is told what was read, whenever it joins.</summary>
internal sealed class SharedReads : IProgress<long>
{
    private readonly Lock _lock = new();
    private IProgress<long>[] _waiting = [];
    private long _count;

    /// <summary>How many bytes were read.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Adds one who waits for the work, or finds it done.</summary>
    public void Join(IProgress<long>? reader)
    {
        long before;
        lock (_lock)
        {
            if (reader is null || _waiting.Contains(reader))
            {
                return;
            }

            _waiting = [.. _waiting, reader];
            before = _count;
        }

        reader.Report(before);
    }

    public void Report(long value)
    {
        IProgress<long>[] waiting;
        lock (_lock)
        {
            _count += value;
            waiting = _waiting;
        }

        foreach (var reader in waiting)
        {
            reader.Report(value);
        }
    }
}
