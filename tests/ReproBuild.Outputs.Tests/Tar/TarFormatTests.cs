using System.Security.Cryptography;
using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Tar;
using ReproBuild.Testing.Formats;

namespace ReproBuild.Outputs.Tests.Tar;

public sealed class TarFormatTests
{
    [Fact]
    public async Task Each_entry_says_which_part_of_the_configuration_brought_it()
    {
        var builder = new FileTreeBuilder();
        builder.Add("f", SampleTree.File("x"u8.ToArray()), new FileOrigin("docker.io/library/alpine:latest", "init[0]"));

        var tar = Encoding.Latin1.GetString(await WriteAsync(new TarFormat(), builder.Build(), ".tar"));

        Assert.Equal("29 LINUXKIT.location=init[0]\n51 LINUXKIT.source=docker.io/library/alpine:latest\n\0", tar.Substring(512, 81));
    }

    [Fact]
    public async Task The_docker_format_adds_the_dockerfile_of_linuxkit()
    {
        var docker = Encoding.Latin1.GetString(await WriteAsync(new DockerFormat(), new FileTreeBuilder().Build(), ".docker"));

        Assert.StartsWith("Dockerfile\0", docker, StringComparison.Ordinal);
        Assert.Equal("\nFROM scratch\n\nCOPY . ./\n\nENTRYPOINT [\"/bin/rc.init\"]\n\0", docker.Substring(512, 55));
    }

    [Fact]
    public async Task The_docker_format_replaces_a_dockerfile_of_the_root()
    {
        var builder = new FileTreeBuilder();
        builder.Add("Dockerfile", SampleTree.File("FROM elsewhere"u8.ToArray()));

        var docker = Encoding.Latin1.GetString(await WriteAsync(new DockerFormat(), builder.Build(), ".docker"));

        Assert.DoesNotContain("FROM elsewhere", docker, StringComparison.Ordinal);
        Assert.Contains("FROM scratch", docker, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_docker_format_refuses_a_directory_in_place_of_its_dockerfile()
    {
        var builder = new FileTreeBuilder();
        builder.Add("Dockerfile/kept", SampleTree.File("x"u8.ToArray()), implicitParent: SampleTree.Directory());

        var error = await Assert.ThrowsAsync<OutputFormatException>(() => WriteAsync(new DockerFormat(), builder.Build(), ".docker"));

        Assert.StartsWith("'/Dockerfile' is a directory", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(await WriteAsync(new TarFormat(), builder.Build(), ".tar"));
    }

    [Theory]
    [InlineData("tar", ".tar", "adde66582f7fb48435784592dc9f1ad7e1768c286ab796b5e37a8b132fefcbb0")]
    [InlineData("docker", ".docker", "96f25f757be7edfb2678667bc68c59c91f7a94dd2dbf0e5d1fbd8cdb1251799b")]
    public async Task The_bytes_of_the_sample_tree_are_pinned(string name, string suffix, string sha256)
    {
        var format = StandardOutputFormats.All.Single(f => f.Name == name);

        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(await WriteAsync(format, SampleTree.Create(), suffix))));
    }

    private static async Task<byte[]> WriteAsync(IOutputFormat format, FileTree root, string suffix)
    {
        var artifacts = await new FormatRun { Root = root }.WriteAsync(format, TestContext.Current.CancellationToken);
        return Assert.Single(artifacts, artifact => artifact.Key == suffix).Value;
    }
}
