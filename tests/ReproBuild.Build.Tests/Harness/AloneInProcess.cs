namespace ReproBuild.Build.Tests.Harness;

/// <summary>Tests that run alone in the process: its memory, and errors that nobody looked at, do not tell whose they are.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneInProcess
{
    public const string Name = "alone in the process";
}
