using System.Collections.Immutable;
using ReproBuild.Testing.Boot;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Build.Tests.Real;

/// <summary>The main job: images from a real registry over HTTP become a machine that boots and runs containers.</summary>
[Trait("Speed", "Slow")]
public sealed class RealBuildTests(TestImageRegistry registry) : RealMachine(registry)
{
    [Fact]
    public async Task A_Debian_kernel_with_Debian_containers_is_built_the_same_cold_and_warm_and_boots()
    {
        var machine = new QemuMachine { MemoryMiB = 3072 };
        SkipUnlessItCanRun(machine);
        var configuration = $$"""
            kernel:
              image: {{await Get(TestImages.Kernel)}}
              cmdline: "{{Amd64CommandLine}}"
            init:
              - {{await Get(TestImages.Init)}}
              - {{await Get(TestImages.Runc)}}
            onboot:
              - name: writable
                image: {{await Get(TestImages.Busybox)}}
                command: ["/bin/sh", "-c", "touch /written && echo WRITABLE-$((6*7))"]
              - name: readonly
                image: {{await Get(TestImages.Busybox)}}
                readonly: true
                command: ["/bin/sh", "-c", "touch /written || echo READONLY-$((6*7))"]
              - name: python
                image: {{await Get(TestImages.DebianTools)}}
                command: ["python3", "-c", "print('PYTHON-%d' % (6*7))"]
            """;

        var cold = await BuildAsync(configuration, new BuildOptions(), output: "cold");
        var warm = await BuildAsync(configuration, new BuildOptions(), output: "warm");

        Assert.Equal(cold, warm);
        var console = await (machine with
        {
            Kernel = PathOf("cold/machine-kernel"),
            Initrd = PathOf("cold/machine-initrd.img"),
            CommandLine = await ReadAsync("cold/machine-cmdline"),
        }).BootAsync(TestImages.Marker, Cancellation);
        Assert.All(["WRITABLE-42", "READONLY-42", "PYTHON-42"], text => Assert.Contains(text, console, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_of_a_linked_file_in_one_container_does_not_show_in_another()
    {
        var machine = new QemuMachine { MemoryMiB = 3072 };
        SkipUnlessItCanRun(machine);
        var configuration = $$"""
            kernel:
              image: {{await Get(TestImages.Kernel)}}
              cmdline: "{{Amd64CommandLine}}"
            init:
              - {{await Get(TestImages.Init)}}
              - {{await Get(TestImages.Runc)}}
            onboot:
              - name: one
                image: {{await Get(TestImages.Busybox)}}
                command: ["/bin/sh", "-c", "echo ONE-$(stat -c %h /etc/hosts) && echo changed >> /etc/hosts && echo ONE-$(grep -c changed /etc/hosts)-CHANGED"]
              - name: two
                image: {{await Get(TestImages.DebianTools)}}
                command: ["/bin/sh", "-c", "echo TWO-$(stat -c %h /etc/hosts)-$(grep -c changed /etc/hosts)"]
            """;

        await BuildAsync(configuration, new BuildOptions { Deduplicate = true }, output: "out");

        var console = await (machine with
        {
            Kernel = PathOf("out/machine-kernel"),
            Initrd = PathOf("out/machine-initrd.img"),
            CommandLine = await ReadAsync("out/machine-cmdline"),
        }).BootAsync(TestImages.Marker, Cancellation);
        Assert.All(["ONE-2", "ONE-1-CHANGED", "TWO-2-0"], text => Assert.Contains(text, console, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("amd64", Amd64CommandLine)]
    [InlineData("arm64", "console=ttyAMA0 quiet")]
    public async Task One_configuration_boots_on_each_platform_of_its_indexes(string architecture, string commandLine)
    {
        var machine = new QemuMachine { Architecture = architecture };
        SkipUnlessItCanRun(machine);
        var configuration = $"""
            kernel:
              image: {await GetIndex(TestImages.SmallKernel, TestImages.SmallKernelArm64)}
              cmdline: "{commandLine}"
            init:
              - {await GetIndex(TestImages.Init, TestImages.InitArm64)}
            """;

        await BuildAsync(configuration, new BuildOptions { Architecture = architecture }, output: "out");

        await (machine with
        {
            Kernel = PathOf("out/machine-kernel"),
            Initrd = PathOf("out/machine-initrd.img"),
            CommandLine = commandLine,
        }).BootAsync(TestImages.Marker, Cancellation);
    }
}
