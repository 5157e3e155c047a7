namespace ReproBuild.Build.Tests.Platforms;

/// <summary>Artifacts that another program has open, where Windows' rules of sharing forbid what Linux allows.</summary>
[Trait("Speed", "Slow")]
public sealed class WindowsSharingTests(PlatformPrograms programs) : WindowsScene(programs)
{
    private const string Artifact = $"{Output}/machine.tar";

    /// <summary>Moving a shared one aside first would leave its name missing for a moment.</summary>
    [Theory]
    [InlineData(HeldFile.Read)]
    [InlineData(HeldFile.ReadAndDelete)]
    public async Task An_artifact_that_another_program_has_open_stays_until_it_is_closed_and_the_error_names_it(string sharing)
    {
        SkipUnlessItCanRun();
        var expected = await ExpectedAsync();
        await using (await HoldArtifactAsync(sharing))
        {
            var result = await BuildAsync();

            Assert.Equal(1, result.ExitCode);
            Assert.Contains($@"{Windows.PathOf(PathOf(Artifact))}'", result.Error, StringComparison.Ordinal);
            Assert.Contains("used by another process", result.Error, StringComparison.Ordinal);
            Assert.Contains("Close it in the program that has it open", result.Error, StringComparison.Ordinal);
        }

        Assert.Equal([PathOf(Artifact)], Directory.GetFileSystemEntries(PathOf(Output)));
        Assert.Equal("older", await File.ReadAllTextAsync(PathOf(Artifact), Cancellation));
        Assert.Equal(expected, (await BuildAsync()).EnsureSuccess().Output);
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
