namespace ReproBuild.Core.Tests.Configuration;

public class UnknownKeyTests
{
    [Theory]
    [InlineData("kernal: {image: k}", "1:1: unknown key 'kernal' (did you mean 'kernel'?); expected one of files, init, kernel, onboot, onshutdown, services, trust, volumes")]
    [InlineData("kernel:\n  imgae: k", "2:3: unknown key 'imgae' in kernel (did you mean 'image'?); expected one of binary, cmdline, image, tar, ucode")]
    [InlineData("kernel: {Image: k}", "1:10: unknown key 'Image' in kernel (did you mean 'image'?)")]
    [InlineData("zzzzzzzz: 1", "1:1: unknown key 'zzzzzzzz'; expected one of")]
    public void The_place_the_closest_key_and_all_keys_are_named(string yaml, string expected)
    {
        Assert.StartsWith(expected, Problems.One(yaml), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("services", "comand", "command")]
    [InlineData("onboot", "bind", "binds")]
    [InlineData("onshutdown", "maskedpaths", "maskedPaths")]
    public void In_a_container(string section, string key, string meant)
    {
        Assert.StartsWith(
            $"3:5: unknown key '{key}' in {section}[0] (did you mean '{meant}'?)",
            Problems.One($"{section}:\n  - {{name: a, image: b,\n    {key}: []}}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("services: [{name: a, image: b, mounts: [{dest: /x}]}]", "in services[0].mounts[0]")]
    [InlineData("services: [{name: a, image: b, devices: [{path: /x, minr: 1}]}]", "in services[0].devices[0] (did you mean 'minor'?)")]
    [InlineData("services: [{name: a, image: b, runtime: {cgroup: []}}]", "in services[0].runtime (did you mean 'cgroups'?)")]
    [InlineData("services: [{name: a, image: b, runtime: {interfaces: [{nam: e}]}}]", "in services[0].runtime.interfaces[0] (did you mean 'name'?)")]
    [InlineData("services: [{name: a, image: b, runtime: {bindNS: {network: e}}}]", "in services[0].runtime.bindNS")]
    [InlineData("services: [{name: a, image: b, uidMappings: [{containerId: 1}]}]", "in services[0].uidMappings[0] (did you mean 'containerID'?)")]
    [InlineData("services: [{name: a, image: b, resources: {memory: {limits: 1}}}]", "in services[0].resources.memory (did you mean 'limit'?)")]
    [InlineData("services: [{name: a, image: b, resources: {blockio: {wait: 1}}}]", "in services[0].resources.blockio")]
    [InlineData("files: [{path: a, content: b}]", "in files[0] (did you mean 'contents'?)")]
    [InlineData("volumes: [{name: a, read-only: true}]", "in volumes[0] (did you mean 'readonly'?)")]
    [InlineData("trust: {images: []}", "in trust (did you mean 'image'?)")]
    public void In_every_section(string yaml, string expected)
    {
        Assert.Contains(Problems.Of(yaml), problem => problem.Contains(expected, StringComparison.Ordinal));
    }
}
