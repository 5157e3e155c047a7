using System.Text;
using ReproBuild.Registry.Credentials;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Credentials;

/// <summary>Runs shell scripts as helpers. They are found through PATH, which is the whole process's, so each has a name of its own.</summary>
public sealed class CredentialHelperTests : IDisposable
{
    private static readonly byte[] Manifest = Encoding.UTF8.GetBytes("""{"schemaVersion":2}""");
    private static int _count;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("reprobuild-helper-");
    private readonly string _name = $"reprobuild-test-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
    private readonly string? _path = Environment.GetEnvironmentVariable("PATH");

    public CredentialHelperTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The helpers of these tests are shell scripts.");
        Environment.SetEnvironmentVariable("PATH", _directory.FullName + Path.PathSeparator + _path);
    }

    [Fact]
    public async Task The_helper_gets_the_server_on_standard_input()
    {
        Write($$"""
            read server; echo "$1 $server" > {{_directory.FullName}}/asked
            echo '{"ServerURL":"x","Username":"user","Secret":"pw"}'
            """);
        var credential = await CredentialHelper.GetAsync(_name, RegistryKey.Of("docker.io"), default);
        Assert.Equal(("user", "pw"), (credential.Credential?.UserName, credential.Credential?.Password));
        Assert.Equal("get https://index.docker.io/v1/\n", await File.ReadAllTextAsync(Path.Combine(_directory.FullName, "asked")));
    }

    [Fact]
    public async Task The_token_user_means_an_identity_token()
    {
        Write("""echo '{"ServerURL":"x","Username":"<token>","Secret":"ID"}'""");
        var credential = await CredentialHelper.GetAsync(_name, "ghcr.io", default);
        Assert.Equal("ID", credential.Credential?.IdentityToken);
        Assert.False(credential.Credential?.HasPassword);
    }

    [Fact]
    public async Task A_helper_that_has_nothing_says_so()
    {
        Write("echo 'credentials not found in native keychain'; exit 1");
        Assert.Equal(CredentialAnswer.None, await CredentialHelper.GetAsync(_name, "ghcr.io", default));
    }

    [Theory]
    [InlineData("{}", null)]
    [InlineData("null", null)]
    [InlineData("{\"ServerURL\":\"\",\"Username\":\"\",\"Secret\":\"\"}", null)]
    [InlineData("{\"Username\":null,\"Secret\":null}", null)]
    [InlineData("{\"Username\":\"user\",\"Secret\":\"\"}", "a user but no secret")]
    [InlineData("{\"Username\":\"<token>\",\"Secret\":null}", "a user but no secret")]
    [InlineData("", "answers nothing")]
    public async Task A_helper_has_nothing_in_many_ways(string answer, string? problem)
    {
        Write($"echo '{answer}'");
        var found = await CredentialHelper.GetAsync(_name, "ghcr.io", default);
        Assert.Null(found.Credential);
        Assert.Equal(problem is null, found.Problem is null);
        Assert.Contains(problem ?? "", found.Problem ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo s3cret; echo s3cret >&2; exit 3", "exit code 3")]
    [InlineData("echo s3cret", "not understood")]
    [InlineData("yes s3cret", "writes more than")]
    public async Task A_helper_that_fails_is_named_and_its_output_is_not_repeated(string script, string words)
    {
        Write(script);
        var error = await Assert.ThrowsAsync<ReproBuildException>(() => CredentialHelper.GetAsync(_name, "ghcr.io", default));
        Assert.Contains("docker-credential-" + _name, error.Message, StringComparison.Ordinal);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_helper_that_is_not_installed_is_named_with_the_remedy()
    {
        var error = await Assert.ThrowsAsync<ReproBuildException>(() => CredentialHelper.GetAsync("reprobuild-none", "ghcr.io", default));
        Assert.Contains("docker-credential-reprobuild-none", error.Message, StringComparison.Ordinal);
        Assert.Contains("UseDockerCredentials", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_helper_that_may_not_be_run_does_not_hide_one_further_on_PATH()
    {
        Write("""echo '{"Username":"user","Secret":"pw"}'""");
        var before = _directory.CreateSubdirectory("before").FullName;
        File.WriteAllText(Path.Combine(before, "docker-credential-" + _name), "not a program");
        Environment.SetEnvironmentVariable("PATH", before + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"));
        Assert.Equal("user", (await CredentialHelper.GetAsync(_name, "ghcr.io", default)).Credential?.UserName);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("")]
    public async Task A_relative_directory_of_PATH_does_not_count(string directory)
    {
        Write("""echo '{"Username":"user","Secret":"pw"}'""");
        var relative = Path.Combine(directory, Path.GetRelativePath(Environment.CurrentDirectory, _directory.FullName));
        Environment.SetEnvironmentVariable("PATH", relative + Path.PathSeparator + _path);
        var error = await Assert.ThrowsAsync<ReproBuildException>(() => CredentialHelper.GetAsync(_name, "ghcr.io", default));
        Assert.Contains("it is not on PATH", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("a b")]
    [InlineData("-rf")]
    public async Task A_name_that_is_not_one_is_not_run(string name) =>
        await Assert.ThrowsAsync<ReproBuildException>(() => CredentialHelper.GetAsync(name, "ghcr.io", default));

    [Fact]
    public async Task A_helper_can_be_cancelled()
    {
        Write($"touch {_directory.FullName}/started; exec sleep 600");
        using var cancellation = new CancellationTokenSource();
        var answer = CredentialHelper.GetAsync(_name, "ghcr.io", cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    [Theory]
    [InlineData("credHelpers")]
    [InlineData("credsStore")]
    public async Task A_pull_asks_the_configured_helper_once(string setting)
    {
        Write($$"""
            echo run >> {{_directory.FullName}}/runs
            echo '{"ServerURL":"x","Username":"user","Secret":"pw"}'
            """);
        await using var server = await ScriptedServer.StartAsync(c =>
            c.Request.Headers.Authorization.Count == 0 ? c.ChallengeAsync("Basic realm=r") : c.ManifestAsync(Manifest, "application/json"));
        using var fixture = new ClientFixture().WithDockerConfig(
            setting == "credsStore" ? $$"""{"credsStore":"{{_name}}"}""" : $$$"""{"credHelpers":{"{{{server.Authority}}}":"{{{_name}}}"}}""");
        await fixture.Client.GetManifestAsync(ClientFixture.Image(server, "a/b"), default);
        await fixture.Client.GetManifestAsync(ClientFixture.Image(server, "a/c"), default);
        Assert.Equal("Basic " + Convert.ToBase64String("user:pw"u8), server.Requests[^1].Authorization);
        Assert.Equal("run\n", await File.ReadAllTextAsync(Path.Combine(_directory.FullName, "runs")));
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("PATH", _path);
        _directory.Delete(recursive: true);
    }

    private void Write(string script)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var path = Path.Combine(_directory.FullName, "docker-credential-" + _name);
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
