using System.Text;
using ReproBuild.Core.Images;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Tests.Manifests;

public sealed class ImageConfigurationParserTests
{
    private const string Sha = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static ImageConfiguration Parse(string json, int layers = 0) =>
        ImageConfigurationParser.Parse(Encoding.UTF8.GetBytes(json), "The configuration", layers, InputLimits.Default);

    [Fact]
    public void Every_field_that_a_build_needs_is_read()
    {
        var image = Parse(
            $$$$"""{"os":"linux","architecture":"arm64","variant":"v8","rootfs":{"type":"layers","diff_ids":["{{{{Sha}}}}"]}"""
            + ""","config":{"Entrypoint":["/e"],"Cmd":["a","b"],"Env":["A=b"],"WorkingDir":"/w","User":"7","Labels":{"l":"v"}}}""", 1);
        Assert.Equal("linux/arm64/v8", image.Platform.ToString());
        Assert.Equal(["/e"], image.Entrypoint);
        Assert.Equal(["a", "b"], image.Command);
        Assert.Equal(["A=b"], image.Environment);
        Assert.Equal(("/w", "7", "v"), (image.WorkingDirectory, image.User, image.Labels["l"]));
        Assert.Equal(Sha, Assert.Single(image.DiffIds).ToString());
    }

    [Theory]
    [InlineData("""{"os":"linux","architecture":"amd64"}""")]
    [InlineData("""{"os":"linux","architecture":"amd64","variant":"","rootfs":null,"config":null}""")]
    [InlineData(
        """{"os":"linux","architecture":"amd64","config":{"Entrypoint":null,"Cmd":null,"Env":null,"WorkingDir":"","User":"","Labels":null}}""")]
    public void What_is_absent_or_null_is_empty(string json)
    {
        var image = Parse(json);
        Assert.Equal(new Platform("linux", "amd64"), image.Platform);
        Assert.Empty(image.Entrypoint);
        Assert.Empty(image.Labels);
        Assert.Null(image.WorkingDirectory);
        Assert.Null(image.User);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"os":null,"architecture":null,"variant":null,"created":null,"author":null,"history":null,"rootfs":{"diff_ids":null}}""")]
    [InlineData("""{"os":"","architecture":"","config":{}}""")]
    public void A_platform_that_is_not_named_matches_no_other(string json) => Assert.Equal(new Platform("linux", "unknown"), Parse(json).Platform);

    [Fact]
    public void Null_in_a_list_or_a_map_is_nothing()
    {
        var image = Parse(
            """{"os":"linux","architecture":"amd64","config":{"Entrypoint":["/e",null],"Cmd":[null],"Env":[null,"A=b",""],"""
            + """ "Labels":{"none":null,"l":"v"},"WorkingDir":null,"User":null,"ExposedPorts":null,"Volumes":null}}""");
        Assert.Equal(["/e", ""], image.Entrypoint);
        Assert.Equal([""], image.Command);
        Assert.Equal(["A=b"], image.Environment);
        Assert.Equal("l", Assert.Single(image.Labels).Key);
    }

    [Theory]
    [InlineData("""{"os":7,"architecture":"amd64"}""", "'os' is not a string")]
    [InlineData("""{"os":"linux","architecture":"amd64","config":[]}""", "'config' is not an object")]
    [InlineData("""{"os":"linux","architecture":"amd64","config":{"Cmd":"sh"}}""", "'config.Cmd' is not a list")]
    [InlineData("""{"os":"linux","architecture":"amd64","config":{"Env":[1]}}""", "'config.Env[0]' is not a string")]
    [InlineData("""{"os":"linux","architecture":"amd64","rootfs":{"diff_ids":["x"]}}""", "'rootfs.diff_ids[0]' is 'x'")]
    public void A_malformed_configuration_is_an_error_that_names_the_place(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<IntegrityException>(() => Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_layer_needs_its_diff_id() =>
        Assert.Contains("0 diff ids for the manifest's 2 layers", Assert.Throws<IntegrityException>(() =>
            Parse("""{"os":"linux","architecture":"amd64"}""", 2)).Message, StringComparison.Ordinal);
}
