using static ReproBuild.Core.Tests.Runtime.RuntimeFiles;

namespace ReproBuild.Core.Tests.Runtime;

public class CapabilityTests
{
    [Fact]
    public void Effective_is_as_listed_and_the_rest_sorted_with_ambient()
    {
        var sets = Config("capabilities: [CAP_SYS_ADMIN, CAP_CHOWN], ambient: [CAP_BPF]")["process"]!["capabilities"];
        Assert.Equal("""["CAP_SYS_ADMIN","CAP_CHOWN"]""", JsonText(sets!["effective"]));
        Assert.Equal("""["CAP_BPF"]""", JsonText(sets["ambient"]));
        Assert.All(["bounding", "inheritable", "permitted"], set => Assert.Equal("""["CAP_BPF","CAP_CHOWN","CAP_SYS_ADMIN"]""", JsonText(sets[set])));
    }

    [Fact]
    public void All_means_every_capability_in_the_kernels_order()
    {
        var effective = Config("capabilities: [all]")["process"]!["capabilities"]!["effective"]!.AsArray();
        Assert.Equal(41, effective.Count);
        Assert.Equal(("CAP_CHOWN", "CAP_CHECKPOINT_RESTORE"), ((string?)effective[0], (string?)effective[40]));
    }

    [Theory]
    [InlineData("capabilities: [none]")]
    [InlineData("capabilities: []")]
    [InlineData("")]
    public void No_capabilities_are_an_empty_object(string settings)
    {
        Assert.Equal("{}", JsonText(Config(settings)["process"]!["capabilities"]));
    }

    [Fact]
    public void Unknown_names_are_located_all_at_once()
    {
        Assert.Equal(
            """
            test.yml:3:40: services[0].capabilities[0]: 'CAP_NET_ADMN' is not a capability of Linux (did you mean CAP_NET_ADMIN?); expected all, none, or names such as CAP_NET_ADMIN
            test.yml:3:65: services[0].ambient[0]: 'CHOWN' is not a capability of Linux (did you mean CAP_CHOWN?); expected all, none, or names such as CAP_NET_ADMIN
            """.ReplaceLineEndings("\n"),
            Problems("capabilities: [CAP_NET_ADMN], ambient: [CHOWN]"));
    }

    [Fact]
    public void A_label_with_an_unknown_name_is_mentioned()
    {
        Assert.Contains("container 'c' (or the label org.mobyproject.config of docker.io/library/i:latest): capabilities[0]: 'CAP_X'", Problems("", "capabilities: [CAP_X]"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_name_in_a_label_that_the_entry_replaces_does_not_matter()
    {
        Assert.Equal("""["CAP_KILL"]""", JsonText(Config("capabilities: [CAP_KILL]", "capabilities: [CAP_X]")["process"]!["capabilities"]!["effective"]));
    }

    [Theory]
    [InlineData("NET_ADMIN", "CAP_NET_ADMIN")]
    [InlineData("cap_net_admin", "CAP_NET_ADMIN")]
    [InlineData("CAP_SYS_ADMINN", "CAP_SYS_ADMIN")]
    [InlineData("al", "all")]
    public void A_name_that_is_nearly_right_is_suggested(string name, string expected)
    {
        Assert.Contains($"(did you mean {expected}?)", Problems($"capabilities: [{name}]"), StringComparison.Ordinal);
    }
}
