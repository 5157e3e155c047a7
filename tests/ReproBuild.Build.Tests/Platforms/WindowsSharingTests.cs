namespace ReproBuild.Build.Tests.Platforms;

/// <summary>Artifacts that another program has open, where Windows' rules of sharing forbid what Linux allows.</summary>
[Trait("Speed", "Slow")]
public sealed class WindowsSharingTests(PlatformPrograms programs) : WindowsScene(programs)
{
    private const string Artifact = $"{Output}/machine.tar";

    [Fact]
    public async Task An_artifact_that_another_program_reads_without_sharing_stays_and_the_error_names_it()
    {
        SkipUnlessItCanRun();
        await using var holder = await HoldArtifactAsync(HeldFile.Read);

        var result = await BuildAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($@"{Windows.PathOf(PathOf(Artifact))}'", result.Error, StringComparison.Ordinal);
        Assert.Contains("used by another process", result.Error, StringComparison.Ordinal);
        await holder.DisposeAsync();
        Assert.Equal([PathOf(Artifact)], Directory.GetFileSystemEntries(PathOf(Output)));
        Assert.Equal("older", await File.ReadAllTextAsync(PathOf(Artifact), Cancellation));
    }

    [Fact]
    public async Task An_artifact_that_another_program_shares_is_replaced_while_that_reads_the_older_one()
    {
        SkipUnlessItCanRun();
        var expected = await ExpectedAsync();
        await using var holder = await HoldArtifactAsync(HeldFile.ReadAndDelete);

        Assert.Equal(expected, (await BuildAsync()).EnsureSuccess().Output);
        await holder.DisposeAsync();
        Assert.Equal(await File.ReadAllBytesAsync(PathOf("expected/machine.tar"), Cancellation), await File.ReadAllBytesAsync(PathOf(Artifact), Cancellation));
    }

    private async Task<HeldFile> HoldArtifactAsync(string sharing)
    {
        Assert.SkipUnless(WindowsTool.SkipReason is null, WindowsTool.SkipReason ?? "");
        Directory.CreateDirectory(PathOf(Output));
        await File.WriteAllTextAsync(PathOf(Artifact), "older", Cancellation);
        await WindowsTool.CompileAsync(PathOf("tool.exe"), Cancellation);
        return await HeldFile.OpenAsync(Windows, PathOf("tool.exe"), PathOf(Artifact), sharing, Cancellation);
    }
}
