namespace ReproBuild.Cli;

/// <summary>What a phase is called before the name of an item.</summary>
internal static class PhaseName
{
    public static string Of(BuildPhase phase) => phase switch
    {
        BuildPhase.Resolve => "resolve",
        BuildPhase.Fetch => "fetch",
        BuildPhase.Assemble => "assemble",
        BuildPhase.Write => "write",
        _ => phase.ToString(),
    };
}
