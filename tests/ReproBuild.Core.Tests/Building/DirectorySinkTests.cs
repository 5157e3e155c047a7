namespace ReproBuild.Core.Tests.Building;

public sealed class DirectorySinkTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("reprobuild-sink-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Artifacts_appear_only_at_the_commit()
    {
        await using var transaction = await new DirectorySink(_directory).BeginAsync(default);
        await Write(transaction, "a.img", "new");
        Assert.False(File.Exists(Path.Combine(_directory, "a.img")));
        await transaction.CommitAsync(default);
        Assert.Equal("new", await File.ReadAllTextAsync(Path.Combine(_directory, "a.img")));
        Assert.Equal(["a.img"], Names());
    }

    [Fact]
    public async Task Nothing_is_left_and_older_files_stay_when_the_build_fails()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "a.img"), "old");
        await using (var transaction = await new DirectorySink(_directory).BeginAsync(default))
        {
            await Write(transaction, "a.img", "new");
            await Write(transaction, "b.img", "new");
        }

        Assert.Equal(["a.img"], Names());
        Assert.Equal("old", await File.ReadAllTextAsync(Path.Combine(_directory, "a.img")));
    }

    [Fact]
    public async Task A_directory_that_the_build_made_goes_when_the_build_fails()
    {
        var made = Path.Combine(_directory, "made");
        await using (var transaction = await new DirectorySink(made).BeginAsync(default))
        {
            await Write(transaction, "a.img", "new");
        }

        Assert.False(Directory.Exists(made));
    }

    [Fact]
    public async Task The_parents_that_the_build_made_go_too()
    {
        await using (var transaction = await new DirectorySink(Path.Combine(_directory, "pa/pb/pc")).BeginAsync(default))
        {
            await Write(transaction, "a.img", "new");
        }

        Assert.Empty(Names());
    }

    [Fact]
    public async Task Parents_that_hold_something_else_stay()
    {
        await using (await new DirectorySink(Path.Combine(_directory, "pa/pb/pc")).BeginAsync(default))
        {
            await File.WriteAllTextAsync(Path.Combine(_directory, "pa/other"), "");
        }

        Assert.Equal(["other"], Directory.EnumerateFileSystemEntries(Path.Combine(_directory, "pa")).Select(p => Path.GetFileName(p)));
    }

    [Theory]
    [InlineData(240)]
    [InlineData(255)]
    public async Task The_longest_names_are_written_and_replaced(int length)
    {
        var name = new string('n', length);
        foreach (var text in (string[])["first", "second"])
        {
            await using var transaction = await new DirectorySink(_directory).BeginAsync(default);
            await Write(transaction, name, text);
            Assert.All(Names().Where(n => n != name), n => Assert.Matches(@"^\.reprobuild-0(\.lock)?$", n));
            await transaction.CommitAsync(default);
        }

        Assert.Equal("second", await File.ReadAllTextAsync(Path.Combine(_directory, name)));
        Assert.Equal([name], Names());
    }

    [Fact]
    public async Task A_name_that_is_too_long_is_found_before_anything_is_written()
    {
        await using var transaction = await new DirectorySink(_directory).BeginAsync(default);
        var name = new string('n', 256);
        var error = await Assert.ThrowsAsync<ReproBuildException>(async () => await transaction.CreateAsync(name, default));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_a_failed_build_takes_away_is_made_again()
    {
        var made = Path.Combine(_directory, "pa/pb");
        var failing = await new DirectorySink(made).BeginAsync(default);
        await using (var failingToo = await new DirectorySink(made).BeginAsync(default))
        {
            await failing.DisposeAsync();
            await Write(failingToo, "a.img", "new");
        }

        Assert.Empty(Names());
        failing = await new DirectorySink(made).BeginAsync(default);
        await using var other = await new DirectorySink(made).BeginAsync(default);
        await failing.DisposeAsync();
        await Write(other, "a.img", "new");
        await other.CommitAsync(default);
        Assert.True(File.Exists(Path.Combine(made, "a.img")));
    }

    [Fact]
    public async Task Builds_at_once_share_a_directory_while_files_come_and_go()
    {
        await Parallel.ForAsync(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, cancellation) =>
        {
            await using var transaction = await new DirectorySink(_directory).BeginAsync(cancellation);
            await Write(transaction, "a.img", "text");
            if (i % 2 == 0)
            {
                await transaction.CommitAsync(cancellation);
            }
        });
        Assert.Equal("text", await File.ReadAllTextAsync(Path.Combine(_directory, "a.img")));
        Assert.Equal(["a.img"], Names());
    }

    [Fact]
    public async Task A_build_that_fails_after_publishing_leaves_the_files_of_another_alone()
    {
        Directory.CreateDirectory(Path.Combine(_directory, "b.img"));
        await using var other = await new DirectorySink(_directory).BeginAsync(default);
        await using (var transaction = await new DirectorySink(_directory).BeginAsync(default))
        {
            await Write(transaction, "a.img", "new");
            await Write(transaction, "b.img", "new");
            await Assert.ThrowsAsync<ReproBuildException>(async () => await transaction.CommitAsync(default));

            // The failed one must not take this for its own.
            await Write(other, "c.img", "other");
        }

        await other.CommitAsync(default);
        Assert.Equal("other", await File.ReadAllTextAsync(Path.Combine(_directory, "c.img")));
        Assert.Equal(["b.img", "c.img"], Names());
    }

    [Fact]
    public async Task Older_files_come_back_when_one_artifact_cannot_be_published()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "a.img"), "old");
        Directory.CreateDirectory(Path.Combine(_directory, "b.img"));
        await using (var transaction = await new DirectorySink(_directory).BeginAsync(default))
        {
            await Write(transaction, "a.img", "new");
            await Write(transaction, "b.img", "new");
            var error = await Assert.ThrowsAsync<ReproBuildException>(async () => await transaction.CommitAsync(default));
            Assert.Contains("b.img", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal("old", await File.ReadAllTextAsync(Path.Combine(_directory, "a.img")));
        Assert.Equal(["a.img", "b.img"], Names());
    }

    [Fact]
    public async Task Two_builds_may_write_into_one_directory()
    {
        await using var first = await new DirectorySink(_directory).BeginAsync(default);
        await using var second = await new DirectorySink(_directory).BeginAsync(default);
        await Write(first, "a.img", "first");
        await Write(second, "a.img", "second");
        await first.CommitAsync(default);
        await second.CommitAsync(default);
        Assert.Equal("second", await File.ReadAllTextAsync(Path.Combine(_directory, "a.img")));
        Assert.Equal(["a.img"], Names());
    }

    [Fact]
    public async Task A_file_in_place_of_the_directory_is_an_error_that_names_it()
    {
        var path = Path.Combine(_directory, "file");
        await File.WriteAllTextAsync(path, "");
        var error = await Assert.ThrowsAsync<ReproBuildException>(async () => await new DirectorySink(path).BeginAsync(default));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_with_a_directory_is_refused()
    {
        await using var transaction = await new DirectorySink(_directory).BeginAsync(default);
        await Assert.ThrowsAsync<ArgumentException>(async () => await transaction.CreateAsync("../a.img", default));
    }

    private static async Task Write(IArtifactTransaction transaction, string name, string text)
    {
        await using var stream = await transaction.CreateAsync(name, default);
        await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));
    }

    private IEnumerable<string> Names() => Directory.EnumerateFileSystemEntries(_directory).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal);
}
