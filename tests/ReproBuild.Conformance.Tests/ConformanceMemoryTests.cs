using ReproBuild.Testing.Formats;

namespace ReproBuild.Conformance.Tests;

/// <summary>Alone in the process, so that no other test's memory counts.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredAlone
{
    public const string Name = "measured alone";
}

[Collection(MeasuredAlone.Name)]
[Trait("Speed", "Slow")]
public sealed class ConformanceMemoryTests
{
    [Fact]
    public Task A_format_that_keeps_every_rule_passes() => OutputFormatConformance.CheckAsync(
        new ScriptedFormat(), new OutputFormatConformanceOptions { Root = SampleTree.Create() }, TestContext.Current.CancellationToken);

    [Fact]
    public async Task Content_held_in_memory_is_found()
    {
        var format = new ScriptedFormat
        {
            Write = static async (context, token) =>
            {
                using var held = new MemoryStream();
                await ScriptedFormat.CopyContentsAsync(context.Root, held, token);
                await using var artifact = await context.CreateArtifactAsync(".out", token);
                held.Position = 0;
                await held.CopyToAsync(artifact, token);
            },
        };
        var findings = await OutputFormatConformance.FindAsync(format, new OutputFormatConformanceOptions { LargeContentSize = 192 << 20 });
        Assert.Equal([ConformanceRule.Memory], findings.Select(static f => f.Rule));
    }
}
