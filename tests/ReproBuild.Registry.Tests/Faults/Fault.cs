namespace ReproBuild.Registry.Tests.Faults;

/// <summary>What a registry can do wrong with one answer.</summary>
internal enum FaultKind
{
    Reset,
    Stall,
    Truncated,
    Surplus,
    Trickle,
    WrongLength,
    WrongByte,
    WrongDigestHeader,
    Status,
    Unauthorized,
    RedirectLoop,
    RedirectElsewhere,
    RedirectNonsense,
    Encoded,
    GzipBomb,
    ZstdBomb,
    BrokenEncoding,
    Endless,
    Deep,
    Nested,
    HugeHeader,
    NoHttp,
}

/// <summary>One fault, with what it needs.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="At">Where, as a part of the answer's length in thousandths.</param>
/// <param name="Number">A status, or another choice.</param>
internal sealed record Fault(FaultKind Kind, int At, int Number);

/// <summary>The faults of one run: some of the requests get one, the same ones for the same seed and order of requests.</summary>
internal sealed class FaultSchedule(int seed)
{
    private static readonly int[] Statuses = [400, 401, 403, 404, 405, 408, 416, 418, 429, 500, 501, 502, 503, 504];

    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();

    /// <summary>No faults at all.</summary>
    public static FaultSchedule None { get; } = new(0) { Percent = 0 };

    /// <summary>How many of a hundred answers are faulty: some runs have few, some have nothing else.</summary>
    public int Percent { get; init; } = seed % 5 == 0 ? 100 : 10 + (seed * 7 % 40);

    /// <summary>The fault of the next answer, or null.</summary>
    public Fault? Next()
    {
        lock (_lock)
        {
            return _random.Next(100) >= Percent ? null : new Fault(
                (FaultKind)_random.Next(Enum.GetValues<FaultKind>().Length),
                _random.Next(1001),
                Statuses[_random.Next(Statuses.Length)]);
        }
    }
}
