using ReproBuild.Testing.Conforming;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Platforms;

/// <summary>Docker's configuration and its credential helpers, where Docker finds them on Windows, against a registry with a password.</summary>
[Trait("Speed", "Slow")]
public sealed class WindowsCredentialTests(PlatformPrograms programs) : WindowsScene(programs), IAsyncLifetime
{
    private const string User = "tester", Helper = "docker-credential-reprobuild-test";
    private const string Answer = $$"""@echo {"ServerURL":"","Username":"{{User}}","Secret":"{{DockerRegistryOptions.Password}}"}""";

    private DockerRegistryServer? _registry;

    public async ValueTask InitializeAsync()
    {
        if (DockerRegistryServer.SkipReason is null && Windows.SkipReason is null)
        {
            _registry = await DockerRegistryServer.StartAsync(new DockerRegistryOptions { UserName = User }, Cancellation);
            var image = await _registry.PushAsync(Path.Combine(ExpectedTree.DataDirectory, Layout), "127.0.0.1:5000/fx/init:1", "fx/init:1", Cancellation);
            await File.WriteAllTextAsync(PathOf("login.yml"), $"init:\n  - {image}\n", Cancellation);
            await WriteAsync("docker/config.json", """{"credsStore":"reprobuild-test"}""");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_registry is not null)
        {
            await _registry.DisposeAsync();
        }

        Dispose();
    }

    [Fact]
    public async Task A_helper_is_a_program_on_PATH()
    {
        SkipUnlessThereIsARegistry();
        Assert.SkipUnless(WindowsTool.SkipReason is null, WindowsTool.SkipReason ?? "");
        Directory.CreateDirectory(PathOf("helpers"));
        await WindowsTool.CompileAsync(PathOf($"helpers/{Helper}.exe"), Cancellation);

        (await LogInAsync("helpers")).EnsureSuccess();
    }

    [Fact]
    public async Task A_helper_is_a_script_on_PATH()
    {
        SkipUnlessThereIsARegistry();
        await WriteAsync($"helpers/{Helper}.cmd", Answer);

        (await LogInAsync("helpers")).EnsureSuccess();
    }

    [Fact]
    public async Task A_helper_in_the_current_directory_is_not_run()
    {
        SkipUnlessThereIsARegistry();
        await WriteAsync($"{Helper}.cmd", Answer);
        await WriteAsync($"{Helper}.exe", "not even a program");

        var result = await LogInAsync("none");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"{Helper} that Docker's configuration names cannot be run: it is not on PATH.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_DOCKER_CONFIG_the_configuration_is_that_of_USERPROFILE()
    {
        SkipUnlessThereIsARegistry();
        var auth = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{User}:{DockerRegistryOptions.Password}"));
        await WriteAsync("profile/.docker/config.json", $$$"""{"auths":{"{{{_registry!.Host}}}":{"auth":"{{{auth}}}"} } }""");
        await WriteAsync("run.cmd", $"@set USERPROFILE={Windows.PathOf(PathOf("profile"))}\r\n@%*\r\n");

        var program = await Windows.GetAsync();
        var result = await Windows.TryRunOtherAsync(
            "cmd", ["/c", Windows.PathOf(PathOf("run.cmd")), Windows.PathOf(program), .. Arguments], new ToolOptions { WorkingDirectory = PathOf(".") }, Cancellation);

        result.EnsureSuccess();
    }

    private static string[] Arguments => ["build", "--dry-run", "--cache", Cache, "--format", "tar", "login.yml"];

    private Task<ToolResult> LogInAsync(string path)
    {
        var environment = new Dictionary<string, string>
        {
            ["DOCKER_CONFIG"] = Windows.PathOf(PathOf("docker")),
            // What Wine puts before the PATH of a Windows program.
            ["WINEPATH"] = Windows.PathOf(PathOf(path)),
        };
        return Windows.TryRunAsync(Arguments, new ToolOptions { WorkingDirectory = PathOf("."), Environment = environment }, Cancellation);
    }

    private async Task WriteAsync(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        await File.WriteAllTextAsync(PathOf(name), text, Cancellation);
    }

    private void SkipUnlessThereIsARegistry()
    {
        SkipUnlessItCanRun();
        Assert.SkipUnless(DockerRegistryServer.SkipReason is null, DockerRegistryServer.SkipReason ?? "");
    }
}
