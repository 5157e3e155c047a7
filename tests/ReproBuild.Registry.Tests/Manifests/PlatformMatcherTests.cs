using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Tests.Manifests;

public sealed class PlatformMatcherTests
{
    [Theory]
    [InlineData("linux/amd64", "linux/amd64", 0)]
    [InlineData("linux/amd64", "linux/amd64/v1", 0)]
    [InlineData("linux/amd64", "linux/amd64/v2", -1)]
    [InlineData("linux/amd64", "linux/386", -1)]
    [InlineData("linux/amd64/v3", "linux/amd64/v3", 0)]
    [InlineData("linux/amd64/v3", "linux/amd64/v2", 1)]
    [InlineData("linux/amd64/v3", "linux/amd64", 2)]
    [InlineData("linux/arm64", "linux/arm64/v8", 0)]
    [InlineData("linux/arm64/v8", "linux/arm64", 0)]
    [InlineData("linux/arm64/8", "linux/arm64", 0)]
    [InlineData("linux/arm64", "linux/arm/v7", -1)]
    [InlineData("linux/arm64/v8.2", "linux/arm64/v8.1", 1)]
    [InlineData("linux/arm64/v8.2", "linux/arm64", 2)]
    [InlineData("linux/arm64/v9", "linux/arm64/v9.0", 0)]
    [InlineData("linux/arm64/v9", "linux/arm64/v8.5", 1)]
    [InlineData("linux/arm64/v9", "linux/arm64", 6)]
    [InlineData("linux/arm64/v9", "linux/arm64/v8.6", -1)]
    [InlineData("linux/arm", "linux/arm/v7", 0)]
    [InlineData("linux/arm", "linux/arm/v6", 1)]
    [InlineData("linux/arm/v7", "linux/arm", 0)]
    [InlineData("linux/arm/v7", "linux/arm/v5", 2)]
    [InlineData("linux/arm/v6", "linux/arm/v7", -1)]
    [InlineData("linux/arm/v6", "linux/arm/v5", 1)]
    [InlineData("linux/riscv64", "linux/riscv64", 0)]
    [InlineData("linux/ppc64le", "linux/ppc64le/power9", -1)]
    [InlineData("linux/amd64", "windows/amd64", -1)]
    public void Platforms_are_ranked_as_their_processors_run_them(string wanted, string offered, int rank) =>
        Assert.Equal(rank, new PlatformMatcher(Platform.Parse(wanted)).Rank(Platform.Parse(offered)));
}
