using ReproBuild.Core.Configuration;

namespace ReproBuild.PublicApi.Tests.Snippets;

/// <summary>The configuration of docs/configuration.md that is made in code.</summary>
internal static class CodedConfiguration
{
    public static LinuxKitConfig Create()
    {
        // begin configuration
        var config = new LinuxKitConfig
        {
            Kernel = new KernelConfig { Image = ImageReference.Parse("linuxkit/kernel:6.6.71"), CommandLine = "console=ttyS0" },
            Init = [new InitConfig(ImageReference.Parse("linuxkit/init:v1.1")), new InitConfig(ImageReference.Parse("linuxkit/runc:v1.1"))],
            Services =
            [
                new ContainerConfig
                {
                    Name = "web",
                    Image = ImageReference.Parse("nginx:1.27-alpine"),
                    Settings = new ContainerSettings
                    {
                        Capabilities = ["CAP_NET_BIND_SERVICE"],
                        Mounts = [new MountConfig { Type = "tmpfs", Source = "tmpfs", Destination = "/var/cache/nginx" }],
                        Resources = new ResourcesConfig { Memory = new MemoryResources { Limit = 64 << 20 } },
                    },
                },
            ],
            Files = [new FileConfig { Path = "etc/motd", Contents = "hello\n", Mode = UnixFileMode.UserRead, UserId = new OwnerId("web") }],
        };
        // end
        return config;
    }
}
