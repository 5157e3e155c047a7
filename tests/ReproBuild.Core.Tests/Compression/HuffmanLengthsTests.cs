using ReproBuild.Core.Compression.Coding;
using ReproBuild.Core.Compression;

namespace ReproBuild.Core.Tests.Compression;

public sealed class HuffmanLengthsTests
{
    [Theory]
    [InlineData(19, 7)]
    [InlineData(30, 15)]
    [InlineData(286, 15)]
    [InlineData(286, 9)]
    [InlineData(2, 1)]
    [InlineData(16, 4)]
    public void Codes_are_complete_within_the_limit_and_shorter_for_what_is_more_frequent(int symbols, int maxLength)
    {
        var random = new Random(symbols + maxLength);
        for (var round = 0; round < 100; round++)
        {
            var frequencies = MakeFrequencies(random, symbols, round);
            var lengths = new byte[symbols];
            HuffmanLengths.Compute(frequencies, maxLength, lengths);
            Assert.Equal(1L << maxLength, lengths.Where(l => l > 0).Sum(l => 1L << (maxLength - l)));
            Assert.All(lengths.Zip(frequencies), pair => Assert.InRange(pair.First, pair.Second > 0 ? 1 : 0, maxLength));
            var byFrequency = Enumerable.Range(0, symbols).Where(i => frequencies[i] > 0).OrderByDescending(i => frequencies[i]).ThenBy(i => lengths[i]);
            Assert.True(byFrequency.Select(i => lengths[i]).SequenceEqual(byFrequency.Select(i => lengths[i]).Order()));
        }
    }

    [Fact]
    public void Without_a_limit_in_reach_the_cost_is_that_of_huffmans_own_algorithm()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var frequencies = Enumerable.Range(0, 60).Select(_ => random.Next(1, 50)).ToArray();
            var lengths = new byte[frequencies.Length];
            HuffmanLengths.Compute(frequencies, 15, lengths);
            Assert.Equal(HuffmanCost(frequencies), frequencies.Zip(lengths, (f, l) => f * l).Sum());
        }
    }

    [Fact]
    public void Fibonacci_frequencies_are_held_to_the_limit()
    {
        var frequencies = new int[30];
        (frequencies[0], frequencies[1]) = (1, 1);
        for (var i = 2; i < frequencies.Length; i++)
        {
            frequencies[i] = frequencies[i - 1] + frequencies[i - 2];
        }

        var lengths = new byte[frequencies.Length];
        HuffmanLengths.Compute(frequencies, 15, lengths);
        Assert.Equal(15, lengths.Max());
        Assert.Equal(1 << 15, lengths.Sum(l => 1 << (15 - l)));
    }

    [Fact]
    public void Fewer_than_two_symbols_still_make_a_complete_code()
    {
        var lengths = new byte[4];
        HuffmanLengths.Compute([0, 0, 0, 0], 15, lengths);
        Assert.Equal([1, 1, 0, 0], lengths);
        HuffmanLengths.Compute([5, 0, 0, 0], 15, lengths);
        Assert.Equal([1, 1, 0, 0], lengths);
        HuffmanLengths.Compute([0, 0, 5, 0], 15, lengths);
        Assert.Equal([1, 0, 1, 0], lengths);
    }

    [Fact]
    public void Equal_frequencies_are_decided_by_the_symbols_number()
    {
        var lengths = new byte[5];
        HuffmanLengths.Compute([1, 1, 1, 1, 1], 15, lengths);
        Assert.Equal([3, 3, 2, 2, 2], lengths);
    }

    private static int[] MakeFrequencies(Random random, int symbols, int round)
    {
        var frequencies = new int[symbols];
        for (var i = 0; i < symbols; i++)
        {
            frequencies[i] = random.Next(3) == 0 && round % 2 == 0 ? 0 : 1 << random.Next(1 + (round % 20));
        }

        return frequencies;
    }

    private static int HuffmanCost(int[] frequencies)
    {
        var queue = new PriorityQueue<int, int>(frequencies.Select(f => (f, f)));
        var cost = 0;
        while (queue.Count > 1)
        {
            var sum = queue.Dequeue() + queue.Dequeue();
            cost += sum;
            queue.Enqueue(sum, sum);
        }

        return cost;
    }
}
