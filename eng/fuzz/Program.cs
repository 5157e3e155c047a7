using ReproBuild;
using ReproBuild.Fuzz.Tests.Targets;
using SharpFuzz;

// What afl-fuzz runs: Fuzz TARGET. Without a target it lists them; with a file after it, it reads that file once, to look at a finding.
if (args.Length == 0)
{
    Console.WriteLine(string.Join('\n', FuzzTargets.All.Select(static target => target.Name)));
    return;
}

var chosen = FuzzTargets.All.Single(target => target.Name == args[0]);
if (args.Length > 1)
{
    try
    {
        chosen.Read(File.ReadAllBytes(args[1]));
    }
    catch (ReproBuildException e)
    {
        Console.WriteLine($"refused: {e.Message}");
    }

    return;
}

Fuzzer.OutOfProcess.Run(stream =>
{
    using var input = new MemoryStream();
    stream.CopyTo(input);
    chosen.Accepts(input.ToArray());
});
