using System.Globalization;
using CsCheck;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Testing.Randomized;

/// <summary>Holds a property to many random cases, the same ones every time: case N is what the generator makes of the number N.</summary>
/// <remarks>
/// A case that fails is shrunk by CsCheck, whose message names the seed of what is left of it. Three variables of the environment: how many cases,
/// the number of the first, and one seed of such a message, which is then the only case.
/// </remarks>
public static class RandomCases
{
    public const string CasesVariable = "REPROBUILD_RANDOM_CASES";
    public const string FirstVariable = "REPROBUILD_RANDOM_FIRST";
    public const string SeedVariable = "REPROBUILD_RANDOM_SEED";

    /// <summary>How many smaller cases are tried after one that fails.</summary>
    private const long ShrinkingCases = 3000;

    /// <summary>About how many properties share the time of a long run.</summary>
    private const int Properties = 12;

    /// <summary>Runs the property for each case, one after the other.</summary>
    /// <param name="cases">What a case is made of.</param>
    /// <param name="property">Throws when the case does not hold.</param>
    /// <param name="count">How many cases there are unless the environment says otherwise.</param>
    /// <param name="print">Shows a case that fails.</param>
    public static async Task CheckAsync<T>(Gen<T> cases, Func<T, Task> property, int count, Func<T, string>? print = null)
    {
        if (Environment.GetEnvironmentVariable(SeedVariable) is { Length: > 0 } given)
        {
            await cases.SampleAsync(property, seed: given, iter: 1, threads: 1, print: print);
            return;
        }

        var (first, isOver) = (Number(FirstVariable) ?? 0, LongRun.Part(Properties));
        for (var number = first; number < first + (Number(CasesVariable) ?? count) && !isOver(); number++)
        {
            LongRun.Tally("random cases", "every property holds", 1);
            var seed = SeedOf(number);
            try
            {
                await cases.SampleAsync(property, seed: seed, iter: 1, threads: 1, print: print);
            }
            catch (CsCheckException)
            {
                await cases.SampleAsync(property, seed: seed, iter: ShrinkingCases, threads: 1, print: print);
                throw;
            }
        }
    }

    /// <summary>Runs a property that waits for nothing.</summary>
    public static Task CheckAsync<T>(Gen<T> cases, Action<T> property, int count, Func<T, string>? print = null) =>
        CheckAsync(
            cases,
            value =>
            {
                property(value);
                return Task.CompletedTask;
            },
            count,
            print);

    /// <summary>The first cases themselves, for a test that tries all of them at once.</summary>
    public static T[] Of<T>(Gen<T> cases, int count)
    {
        ArgumentNullException.ThrowIfNull(cases);
        var first = Number(FirstVariable) ?? 0;
        return [.. Enumerable.Range(0, count).Select(i => cases.Generate(PCG.Parse(SeedOf(first + i)), null, out _))];
    }

    /// <summary>Neighbours must have nothing in common, so the number is spread over all bits: Knuth's multiplicative hash.</summary>
    private static string SeedOf(long number) => new PCG(stream: 0, unchecked((ulong)(number + 1) * 0x9e3779b97f4a7c15)).ToString();

    private static long? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;
}
