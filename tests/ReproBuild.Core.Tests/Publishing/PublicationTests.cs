using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Publishing;
using ReproBuild.Core.Tests.Building;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Core.Tests.Publishing;

/// <summary>What builds that died leave in an output directory, and what the next one makes of it.</summary>
public sealed class PublicationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new("publication");
    private readonly RecordingLogger _logger = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Unfinished_files_of_a_build_that_died_are_collected()
    {
        Leave(3, ("0", "half"), ("1", "another half"));
        await BeginAsync();
        Assert.Empty(Names());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_set_that_was_begun_is_finished(int renamed)
    {
        foreach (var name in (string[])["a", "b", "c"])
        {
            await File.WriteAllTextAsync(_directory[name], "old", Cancellation);
        }

        var work = Leave(0, ("0", "new a"), ("1", "new b"), ("2", "new c"));
        PublicationJournal.Write(work, [new("0", "a"), new("1", "b"), new("2", "c")]);
        foreach (var (file, name) in new[] { ("0", "a"), ("1", "b"), ("2", "c") }.Take(renamed))
        {
            File.Move(Path.Combine(work, file), _directory[name], overwrite: true);
        }

        await BeginAsync();
        Assert.Equal(["a", "b", "c"], Names());
        Assert.Equal(["new a", "new b", "new c"], Names().Select(name => File.ReadAllText(_directory[name])));
    }

    [Fact]
    public async Task A_journal_that_was_being_written_has_begun_nothing()
    {
        await File.WriteAllTextAsync(_directory["a"], "old", Cancellation);
        var work = Leave(0, ("0", "new"));
        PublicationJournal.Write(work, [new("0", "a")]);
        var journal = Path.Combine(work, "journal");
        var whole = await File.ReadAllBytesAsync(journal, Cancellation);
        for (var length = 0; length < whole.Length; length += 7)
        {
            Leave(0, ("0", "new"));
            await File.WriteAllBytesAsync(journal, whole[..length], Cancellation);
            await BeginAsync();
            Assert.Equal(["a"], Names());
            Assert.Equal("old", await File.ReadAllTextAsync(_directory["a"], Cancellation));
        }
    }

    [Theory]
    [InlineData("../a")]
    [InlineData("..")]
    [InlineData("/a")]
    [InlineData("")]
    public async Task A_journal_cannot_lead_out_of_the_directory(string name)
    {
        var output = Directory.CreateDirectory(_directory["out"]).FullName;
        var work = Leave(0, "out", ("0", "new"));
        PublicationJournal.Write(work, [new("0", name)]);
        var error = await Assert.ThrowsAsync<ReproBuildException>(async () => await new DirectorySink(output).BeginAsync(Cancellation));
        Assert.Contains("another version", error.Message, StringComparison.Ordinal);
        Assert.Equal(["out"], Names());
    }

    [Fact]
    public async Task A_set_that_cannot_be_finished_is_an_error_until_it_can()
    {
        Directory.CreateDirectory(_directory["b"]);
        var work = Leave(0, ("1", "new b"));
        PublicationJournal.Write(work, [new("0", "a"), new("1", "b")]);
        await File.WriteAllTextAsync(_directory["a"], "new a", Cancellation);

        var error = await Assert.ThrowsAsync<ReproBuildException>(BeginAsync);
        Assert.Contains("'b' cannot be replaced, but other files of the same build have been", error.Message, StringComparison.Ordinal);
        Assert.Contains(work, error.Message, StringComparison.Ordinal);

        Directory.Delete(_directory["b"]);
        await BeginAsync();
        Assert.Equal(["a", "b"], Names());
    }

    [Fact]
    public async Task A_set_of_a_dead_build_that_was_not_begun_and_cannot_be_is_given_up()
    {
        Directory.CreateDirectory(_directory["a"]);
        PublicationJournal.Write(Leave(0, ("0", "new")), [new("0", "a")]);
        await BeginAsync();
        Assert.Equal(["a"], Names());
        Assert.Contains(_logger.Warnings, static message => message.Contains("are given up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_set_of_a_dead_build_is_finished_before_a_newer_one_is_published()
    {
        await using var newer = await new DirectorySink(_directory.FullName).BeginAsync(Cancellation);
        await WriteAsync(newer, "a", "newer");
        PublicationJournal.Write(Leave(7, ("0", "older"), ("1", "older")), [new("0", "a"), new("1", "b")]);
        await newer.CommitAsync(Cancellation);
        await newer.DisposeAsync();
        Assert.Equal(["a", "b"], Names());
        Assert.Equal(["newer", "older"], Names().Select(name => File.ReadAllText(_directory[name])));
    }

    [Fact]
    public async Task Files_of_a_build_that_lives_stay()
    {
        await using var living = await new DirectorySink(_directory.FullName).BeginAsync(Cancellation);
        await WriteAsync(living, "a", "text");
        await BeginAsync();
        await living.CommitAsync(Cancellation);
        Assert.Equal("text", await File.ReadAllTextAsync(_directory["a"], Cancellation));
    }

    [Fact]
    public async Task What_earlier_versions_left_is_removed_unless_it_is_open()
    {
        foreach (var name in (string[])[".reprobuild-0.partial", ".reprobuild-12.previous", ".reprobuild-notes.partial", ".reprobuild-1"])
        {
            await File.WriteAllTextAsync(_directory[name], "text", Cancellation);
        }

        await using (new FileStream(_directory[".reprobuild-2.partial"], FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            await BeginAsync();
            Assert.Equal([".reprobuild-1", ".reprobuild-2.partial", ".reprobuild-notes.partial"], Names());
        }
    }

    [Fact]
    public async Task A_link_in_place_of_a_work_directory_is_left_alone_with_what_it_leads_to()
    {
        var elsewhere = Directory.CreateDirectory(_directory["elsewhere"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(elsewhere, "0"), "precious", Cancellation);
        var output = Directory.CreateDirectory(_directory["out"]).FullName;
        Directory.CreateSymbolicLink(Path.Combine(output, ".reprobuild-0"), elsewhere);
        await using (var transaction = await new DirectorySink(output).BeginAsync(Cancellation))
        {
            await WriteAsync(transaction, "a", "text");
            await transaction.CommitAsync(Cancellation);
        }

        Assert.Equal("precious", await File.ReadAllTextAsync(Path.Combine(elsewhere, "0"), Cancellation));
        Assert.Equal([".reprobuild-0", "a"], Directory.EnumerateFileSystemEntries(output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_cannot_be_cleaned_up_after_publishing_is_a_warning()
    {
        await using (var transaction = await new DirectorySink(_directory.FullName, _logger).BeginAsync(Cancellation))
        {
            await WriteAsync(transaction, "a", "text");
            Directory.CreateDirectory(_directory[".reprobuild-0/foreign"]);
            await transaction.CommitAsync(Cancellation);
        }

        Assert.Equal("text", await File.ReadAllTextAsync(_directory["a"], Cancellation));
        Assert.Contains(_logger.Warnings, static message => message.Contains(".reprobuild-0' is left over", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cancelled_publication_has_begun_nothing()
    {
        await File.WriteAllTextAsync(_directory["a"], "old", Cancellation);
        using var cancelled = new CancellationTokenSource();
        await using (var transaction = await new DirectorySink(_directory.FullName).BeginAsync(Cancellation))
        {
            await WriteAsync(transaction, "a", "new");
            using (LockFile.TryAcquire(_directory[".reprobuild-publish.lock"], isTemporary: true))
            {
                var commit = transaction.CommitAsync(cancelled.Token);
                await cancelled.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await commit);
            }
        }

        Assert.Equal(["a"], Names());
        Assert.Equal("old", await File.ReadAllTextAsync(_directory["a"], Cancellation));
    }

    [Fact]
    public async Task Sets_of_builds_at_once_do_not_mix()
    {
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, token) =>
        {
            await using var transaction = await new DirectorySink(_directory.FullName).BeginAsync(token);
            foreach (var name in (string[])["a", "b", "c", "d"])
            {
                await WriteAsync(transaction, name, $"{i}");
            }

            await transaction.CommitAsync(token);
        });
        Assert.Equal(["a", "b", "c", "d"], Names());
        Assert.Single(Names().Select(name => File.ReadAllText(_directory[name])).Distinct());
    }

    [Fact]
    public async Task A_saved_file_leaves_nothing_and_collects_what_was_left()
    {
        Leave(0, ("0", "half"));
        await FileContent.FromBytes("text"u8.ToArray()).SaveAsync(_directory["a"], Cancellation);
        Assert.Equal(["a"], Names());
    }

    [Fact]
    public async Task A_full_disk_is_one_error_when_a_file_is_saved()
    {
        Assert.SkipUnless(TestHost.IsRoot, TestHost.RootSkipReason);
        await using var small = await TemporaryFileSystem.MountAsync(1 << 20);
        var content = FileContent.FromBytes(new byte[2 << 20]);
        var error = await Assert.ThrowsAsync<ReproBuildException>(() => content.SaveAsync(Path.Combine(small.Directory, "a"), Cancellation));
        Assert.Contains("disk is full", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(small.Directory));
    }

    [Fact]
    public async Task A_full_scratch_disk_is_one_error_and_closing_the_space_hides_nothing()
    {
        Assert.SkipUnless(TestHost.IsRoot, TestHost.RootSkipReason);
        await using var small = await TemporaryFileSystem.MountAsync(1 << 20);
        var error = await Assert.ThrowsAsync<ReproBuildException>(async () =>
        {
            using var scratch = new ScratchSpace(small.Directory);
            await scratch.CreateAsync(async (stream, token) =>
            {
                for (var i = 0; i < 100; i++)
                {
                    await stream.WriteAsync(new byte[100_000], token);
                }
            }, Cancellation);
        });
        Assert.Contains("disk is full", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_unfinished_files_are_nobody_s()
    {
        await using var transaction = await new DirectorySink(_directory.FullName).BeginAsync(Cancellation);
        await Assert.ThrowsAsync<ReproBuildException>(async () => await transaction.CreateAsync(".reprobuild-0.lock", Cancellation));
    }

    private string Leave(int number, params (string Name, string Text)[] files) => Leave(number, ".", files);

    /// <summary>Makes what a killed build leaves.</summary>
    private string Leave(int number, string directory, params (string Name, string Text)[] files)
    {
        var work = Directory.CreateDirectory(Path.GetFullPath(_directory[$"{directory}/.reprobuild-{number}"])).FullName;
        File.WriteAllText(work + ".lock", "");
        foreach (var (name, text) in files)
        {
            File.WriteAllText(Path.Combine(work, name), text);
        }

        return work;
    }

    private async Task BeginAsync() => await (await new DirectorySink(_directory.FullName, _logger).BeginAsync(Cancellation)).DisposeAsync();

    private static async Task WriteAsync(IArtifactTransaction transaction, string name, string text)
    {
        await using var stream = await transaction.CreateAsync(name, Cancellation);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), Cancellation);
    }

    private List<string> Names() =>
        [.. Directory.EnumerateFileSystemEntries(_directory.FullName).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
