using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ReproBuild.Testing.Conforming;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Cli.Tests;

/// <summary>The command line as a caller sees it: a process, its exit code and its two streams.</summary>
public sealed class CommandLineTests : IDisposable
{
    private static readonly ExternalTool Dotnet = new("dotnet", "dotnet-sdk-10.0");
    private static readonly ExternalTool Kill = new("kill", "procps");
    private static readonly ExternalTool Mkfifo = new("mkfifo", "coreutils");

    private readonly TemporaryDirectory _directory = new("cli");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Several_formats_are_written_and_listed_with_their_hashes()
    {
        var result = await RunAsync("-f", "tar,kernel+initrd", "-f", "docker", Case("minimal.yml"));

        Assert.Equal(0, result.ExitCode);
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal(["minimal.tar", "minimal-kernel", "minimal-initrd.img", "minimal-cmdline", "minimal.docker"], lines.Select(static l => l[2]));
        foreach (var line in lines)
        {
            var bytes = await File.ReadAllBytesAsync(_directory["out/" + line[2]]);
            Assert.Equal([Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length.ToString(CultureInfo.InvariantCulture)], line[..2]);
        }
    }

    [Fact]
    public async Task Without_a_terminal_the_text_is_UTF_8_with_line_feeds_in_any_locale()
    {
        var result = await Dotnet.TryRunAsync(
            [
                RepositoryProgram.Find("src/ReproBuild.Cli", "reprobuild.dll"), "build", "--cache", _directory["cache"], "--dir", _directory["out"], "-f", "tar",
                "--oci-layout", Path.Combine(ExpectedTree.DataDirectory, "layout"), "--name", "grün-機械", Case("minimal.yml"),
            ],
            new ToolOptions { Environment = new Dictionary<string, string> { ["LC_ALL"] = "de_DE.ISO-8859-1" } });

        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("  grün-機械.tar\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("\nassemble grün-機械\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_may_be_in_the_home_directory()
    {
        await File.WriteAllTextAsync(_directory["note"], "kept at home");
        await File.WriteAllTextAsync(_directory["home.yml"], "files:\n  - path: etc/note\n    source: ~/note\n");
        var result = await Dotnet.TryRunAsync(
            [RepositoryProgram.Find("src/ReproBuild.Cli", "reprobuild.dll"), "build", "--cache", _directory["cache"], "--dir", _directory["out"], "-f", "tar", _directory["home.yml"]],
            new ToolOptions { Environment = new Dictionary<string, string> { ["HOME"] = _directory.FullName } });

        Assert.Equal(0, result.EnsureSuccess().ExitCode);
    }

    [Fact]
    public async Task Without_a_terminal_progress_is_a_line_for_each_item()
    {
        var result = await RunAsync("-f", "tar", Case("minimal.yml"));

        Assert.Contains("\nwrite tar (", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Error);
    }

    [Fact]
    public async Task Quiet_writes_nothing_to_standard_error()
    {
        var result = await RunAsync("-q", "-f", "tar", Case("minimal.yml"));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task A_dry_run_names_images_and_files_and_writes_none()
    {
        var result = await RunAsync("--dry-run", "-f", "tar", Case("minimal.yml"));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("use   127.0.0.1:5000/fx/kernel:1 sha256:", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("write minimal.tar\n", result.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory["out"]));
    }

    [Fact]
    public async Task A_configuration_can_come_from_standard_input()
    {
        var result = await RunAsync(["-f", "tar", "-"], await File.ReadAllTextAsync(Case("minimal.yml")));

        Assert.Equal(0, result.ExitCode);
        Assert.True(File.Exists(_directory["out/moby.tar"]));
    }

    [Fact]
    public async Task A_format_can_have_a_name_of_its_own()
    {
        var result = await RunAsync("--dry-run", "-f", "vhd,dynamic-vhd=sparse", Case("minimal.yml"));

        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("write minimal.vhd\nwrite sparse.vhd\n", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vhd,dynamic-vhd")]
    [InlineData("vhd-efi,dynamic-vhd-efi")]
    [InlineData("vhd=minimal-efi,vhd-efi")]
    public async Task Formats_of_one_file_name_are_bad_usage_that_says_how_to_go_on(string formats)
    {
        var result = await RunAsync("-f", formats, Case("minimal.yml"));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--format FORMAT=NAME", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_of_firmware_comes_from_where_the_others_do()
    {
        var result = await RunAsync("-f", "rpi3", "--arch", "arm64", "--rpi-firmware-image", "127.0.0.1:5000/fx/no-firmware:1", Case("minimal.yml"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("127.0.0.1:5000/fx/no-firmware:1", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_architecture_of_another_naming_is_bad_usage()
    {
        var result = await RunAsync("--arch", "x86_64", Case("minimal.yml"));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("did you mean amd64?", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_shows_the_default_format_as_it_is_written() =>
        Assert.Contains("[default: kernel+initrd]", (await RunAsync("--help")).Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("Required argument 'CONFIG' missing")]
    [InlineData("there is no output format 'floppy'", "-f", "tar,floppy", "x.yml")]
    [InlineData("'tar' is given with different names", "-f", "tar=a,tar=b", "x.yml")]
    [InlineData("'tar' is given with different names", "-f", "tar", "-f", "tar=a", "x.yml")]
    [InlineData("'1X' is not a size", "--size", "1X", "x.yml")]
    [InlineData("'0' is not a size", "--size", "0", "x.yml")]
    [InlineData("there is no '='", "--mirror", "docker.io", "x.yml")]
    [InlineData("--quiet and --verbose contradict each other", "-q", "-v", "x.yml")]
    [InlineData("--offline and --pull contradict each other", "--offline", "--pull", "x.yml")]
    [InlineData("'MaxNameLength' is not a limit", "--limit", "MaxNameLength", "x.yml")]
    [InlineData("there is no limit 'MaxSpeed'. The limits are CompressionRatioThreshold, MaxArchiveEntries, ", "--limit", "MaxSpeed=1", "x.yml")]
    [InlineData("MaxNameLength is at most 2147483647", "--limit", "MaxNameLength=2G", "x.yml")]
    [InlineData("'1m' is not a number of seconds", "--response-timeout", "1m", "x.yml")]
    [InlineData("'lzma' is not one of ", "--squashfs-compression", "lzma", "x.yml")]
    [InlineData("'xz' is not one of gzip, zstd, lz4, none", "--initrd-compression", "xz", "x.yml")]
    [InlineData("'slow' is not one of default, fast, best", "--compression-effort", "slow", "x.yml")]
    [InlineData("'many' is not a whole number", "--threads", "many", "x.yml")]
    [InlineData("--rpi-firmware and --rpi-firmware-image contradict each other", "--rpi-firmware", "dir", "--rpi-firmware-image", "image", "x.yml")]
    [InlineData("There is no flag '--formats'", "--formats", "tar", "x.yml")]
    public async Task Bad_usage_ends_with_code_two(string message, params string[] arguments)
    {
        var result = await RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_problem_of_a_configuration_is_one_line_and_the_code_is_one()
    {
        await File.WriteAllTextAsync(_directory["bad.yml"], "kernel:\n  image: a\n  cmdlin: b\ninit: 3\n");

        var result = await RunAsync(_directory["bad.yml"]);

        Assert.Equal(1, result.ExitCode);
        var lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Count(static line => line.StartsWith("error: ", StringComparison.Ordinal)));
        Assert.Contains("bad.yml:3:3: unknown key 'cmdlin'", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--threads 0 is less than 1", "--threads", "0")]
    [InlineData("--source-date-epoch -5 is not between 0 and", "--source-date-epoch", "-5")]
    [InlineData("--name 'a/b' is not a file name", "--name", "a/b")]
    [InlineData("--format tar=NAME '..' is not a file name", "-f", "tar=..")]
    [InlineData("--name 'a\\x0ab\\x1b[1m' is not a file name", "--name", "a\nb\u001b[1m")]
    public async Task A_value_that_the_library_refuses_is_bad_usage_of_the_flag(string message, params string[] arguments)
    {
        var result = await RunAsync([.. arguments, Case("minimal.yml")]);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("error: " + message, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MaxConfigurationSize")]
    [InlineData("MaxManifestSize")]
    [InlineData("MaxNameLength")]
    public async Task A_limit_holds_wherever_something_is_read(string limit)
    {
        var result = await RunAsync("-f", "tar", "--limit", limit + "=2", Case("minimal.yml"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("--limit " + limit, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_limits_given_are_those_of_each_name()
    {
        var result = await RunAsync("-f", "tar", "--limit", "MaxConfigurationSize=2", "--limit", "MaxConfigurationSize=1M", Case("minimal.yml"));

        Assert.Equal(0, result.ExitCode);
    }

    [Theory]
    [InlineData(1, "and --offline forbids asking 127.0.0.1:5000", "--offline")]
    [InlineData(2, "--response-timeout is 00:00:00; it must be more than zero", "--response-timeout", "0")]
    [InlineData(2, "--request-timeout is 00:00:00; it must be more than zero", "--request-timeout", "0")]
    [InlineData(2, "--min-rate is -1; it must be at least 0", "--min-rate", "-1")]
    [InlineData(2, "--rate-window is 00:00:00; it must be more than zero", "--rate-window", "0")]
    [InlineData(2, "--max-resumes is -1; it must be at least 0", "--max-resumes", "-1")]
    [InlineData(2, "'0' is too short", "--timeout", "0")]
    [InlineData(2, "--max-retry-delay is 00:00:01; it must be at least --retry-delay", "--retry-delay", "2.5", "--max-retry-delay", "1")]
    [InlineData(1, "--ca-cert", "--ca-cert", "minimal.yml")]
    public async Task What_a_registry_needs_is_named_by_its_flag(int exitCode, string message, params string[] arguments)
    {
        var result = await RunProgramAsync(["--cache", _directory["cache"], "--dir", _directory["out"], .. arguments, Case("minimal.yml")]);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_that_takes_too_long_is_stopped_and_says_so()
    {
        await using var silent = await ScriptedServer.StartAsync(
            static context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default));
        await File.WriteAllTextAsync(_directory["slow.yml"], $"init: [\"{silent.Authority}/team/app:1\"]\n", TestContext.Current.CancellationToken);
        var result = await RunProgramAsync(
            ["-f", "tar", "--cache", _directory["cache"], "--dir", _directory["out"], "--timeout", "1.5", _directory["slow.yml"]]);

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("error: stopped after --timeout 1.5 seconds; nothing was written", result.Error, StringComparison.Ordinal);
        Assert.NotEmpty(silent.Requests);
    }

    [Theory]
    [InlineData("1F8B", "--initrd-compression", "gzip")]
    [InlineData("1F8B", "--compression-effort", "best")]
    [InlineData("28B52FFD", "--initrd-compression", "Zstd")]
    [InlineData("02214C18", "--initrd-compression", "lz4")]
    [InlineData("303730373031", "--initrd-compression", "none")]
    public async Task The_compression_of_the_initrd_reaches_the_build(string magic, params string[] arguments)
    {
        var result = await RunAsync(["-f", "kernel+initrd", "--name", "machine", .. arguments, Case("minimal.yml")]);
        Assert.True(result.ExitCode == 0, result.Error);
        var initrd = await File.ReadAllBytesAsync(_directory["out/machine-initrd.img"], TestContext.Current.CancellationToken);
        Assert.StartsWith(magic, Convert.ToHexString(initrd), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flags_that_are_set_reach_the_build()
    {
        var scratch = Directory.CreateDirectory(_directory["scratch"]).FullName;
        var usual = await RunAsync("-f", "tar", Case("minimal.yml"));
        var other = await RunAsync(
            "-f", "tar", "--source-date-epoch", "1000", "--clamp-mtime", "--threads", "1", "--scratch", scratch, "--working-dir", scratch,
            "--allow-directory-replacement", "--deduplicate", "--no-joliet", "--strict", "--erofs-compression", "lz4", "--iso-root-device", "/dev/sr1", Case("minimal.yml"));

        Assert.Equal((0, 0), (usual.ExitCode, other.ExitCode));
        Assert.NotEqual(usual.Output, other.Output);
    }

    [Fact]
    public async Task A_stack_trace_comes_only_with_verbose()
    {
        var result = await RunAsync("-v", _directory["missing.yml"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("   at ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-INT", 130)]
    [InlineData("-TERM", 143)]
    public async Task A_signal_cancels_the_build_and_shows_in_the_exit_code(string signal, int exitCode)
    {
        Assert.SkipUnless(Kill.IsAvailable, Kill.SkipReason);
        using var registry = new TcpListener(IPAddress.Loopback, 0);
        registry.Start();
        await File.WriteAllTextAsync(_directory["a.yml"], $"init:\n  - {registry.LocalEndpoint}/a/b:1\n");

        // What a shell has started in the background ignores SIGINT, and so does what it starts.
        string[] command = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", Dotnet.Path!] : [Dotnet.Path!];
        using var process = Process.Start(new ProcessStartInfo(
            command[0], [.. command[1..], RepositoryProgram.Find("src/ReproBuild.Cli", "reprobuild.dll"), "build", "-q", "-f", "tar",
                "--cache", _directory["cache"], "--dir", _directory["out"], _directory["a.yml"]])
        {
            RedirectStandardError = true,
        })!;

        // The build waits for an answer that does not come.
        using var connection = await registry.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await Kill.RunAsync([signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((exitCode, "error: cancelled; nothing was written\n"), (process.ExitCode, error));
        Assert.False(Directory.Exists(_directory["out"]));
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/proc/cpuinfo")]
    public async Task Files_that_are_no_files_are_refused_wherever_they_are_named(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has it.");
        await File.WriteAllTextAsync(_directory["a.yml"], $"files:\n  - path: a\n    source: {path}\n");
        var firmware = Directory.CreateDirectory(_directory["firmware"]).FullName;
        foreach (var arguments in (string[][])
            [[_directory["a.yml"]], [path], ["--uefi-stub", path, Case("minimal.yml")], ["--rpi-firmware", firmware, Case("minimal.yml")]])
        {
            if (arguments[0] == "--rpi-firmware")
            {
                await Mkfifo.RunAsync([Path.Combine(firmware, "pipe")]);
            }

            var result = await RunAsync(arguments);
            Assert.Equal(1, result.ExitCode);
            Assert.Matches("is a device, not a regular file|is a named pipe|does not hold the 0 bytes that it says", result.Error);
        }
    }

    [Fact]
    public async Task Locks_that_are_switched_off_are_noticed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Windows has no such switch.");
        string[] arguments =
        [
            RepositoryProgram.Find("src/ReproBuild.Cli", "reprobuild.dll"), "build", "--cache", _directory["cache"], "--oci-layout",
            Path.Combine(ExpectedTree.DataDirectory, "layout"), "--dir", _directory["out"], "-f", "tar", Case("minimal.yml"),
        ];
        var environment = new Dictionary<string, string> { ["DOTNET_SYSTEM_IO_DISABLEFILELOCKING"] = "1" };
        var result = await Dotnet.TryRunAsync(arguments, new ToolOptions { Environment = environment });

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Switch them on, or choose a directory on a local disk", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory["out"]));
    }

    private static string Case(string name) => Path.Combine(ExpectedTree.DataDirectory, "cases", name);

    private Task<ToolResult> RunAsync(params string[] arguments) => RunAsync(arguments, standardInput: null);

    private Task<ToolResult> RunAsync(string[] arguments, string? standardInput) => RunProgramAsync(
        [
            "--cache", _directory["cache"], "--oci-layout", Path.Combine(ExpectedTree.DataDirectory, "layout"), "--dir", _directory["out"],
            "--no-sbom", .. arguments,
        ],
        standardInput);

    private static Task<ToolResult> RunProgramAsync(string[] arguments, string? standardInput = null) => Dotnet.TryRunAsync(
        [RepositoryProgram.Find("src/ReproBuild.Cli", "reprobuild.dll"), "build", .. arguments], new ToolOptions { StandardInput = standardInput });
}
