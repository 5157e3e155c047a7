namespace ReproBuild.PublicApi.Tests.Snippets;

/// <summary>Alone in the process, so that no other test's memory counts.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredAlone
{
    public const string Name = "measured alone";
}
