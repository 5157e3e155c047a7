using ReproBuild.Fuzz.Tests.Targets;

namespace ReproBuild.Fuzz.Tests;

/// <summary>Reads inputs and their mutations again, and says what went wrong.</summary>
internal sealed class Replay(FuzzTarget target)
{
    private const int MutationsOfEach = 20;

    /// <summary>How many inputs were accepted.</summary>
    public int Accepted { get; private set; }

    /// <summary>How many inputs were refused by one of ReproBuild's own exceptions.</summary>
    public int Refused { get; private set; }

    /// <summary>One for each input that was neither accepted nor refused, or took too much memory.</summary>
    public List<string> Faults { get; } = [];

    public void Run(IEnumerable<(string Name, byte[] Content)> inputs)
    {
        foreach (var (name, content) in inputs)
        {
            Read(name, content);
            var random = new Random(content.Length);
            for (var i = 0; i < MutationsOfEach; i++)
            {
                Read($"{name}, mutation {i}", Mutate(content, random));
            }
        }
    }

    /// <summary>A few bytes changed, inserted, removed or repeated: what a fuzzer does, but the same every time.</summary>
    private static byte[] Mutate(byte[] content, Random random)
    {
        var bytes = content.ToList();
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count + 1);
            var count = Math.Min(random.Next(1, 9), bytes.Count - at);
            switch (random.Next(5))
            {
                case 0 when count > 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when count > 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, count);
                    break;
                case 3:
                    bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, count));
                    break;
                default:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
            }
        }

        return [.. bytes];
    }

    private void Read(string name, byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var isAccepted = target.Accepts(input);
            Accepted += isAccepted ? 1 : 0;
            Refused += isAccepted ? 0 : 1;
        }
        catch (Exception e)
        {
            Faults.Add($"{target.Name}, {name}: {e}\n{Convert.ToHexStringLower(input)}");
        }

        // Streams in memory never make a reader change threads.
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > target.MaxAllocation)
        {
            Faults.Add($"{target.Name}, {name}: {allocated} bytes of memory\n{Convert.ToHexStringLower(input)}");
        }
    }
}
