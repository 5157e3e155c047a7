using System.Text.RegularExpressions;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Cli.Tests;

/// <summary>What the library says about its options, a user of the command line reads with the flags that he has.</summary>
public partial class LibraryMessageTests
{
    private static readonly Type[] OptionTypes = [typeof(BuildOptions), typeof(RegistryOptions), typeof(OutputOptions)];

    /// <summary>No message names it, and a flag for a text of several lines would help few.</summary>
    private static readonly string[] WithoutFlag = ["OutputOptions.OsRelease"];

    public static TheoryData<string> Options => [.. OptionTypes.SelectMany(NamesOf).Except(WithoutFlag)];

    public static TheoryData<string> Limits => [.. NamesOf(typeof(InputLimits))];

    public static TheoryData<string> NamesInMessages
    {
        get
        {
            var src = Path.Combine(TestHost.RepositoryDirectory, "src");
            var names = Directory.EnumerateFiles(src, "*.cs", SearchOption.AllDirectories)
                .Where(file => Path.GetRelativePath(src, file).Split(Path.DirectorySeparatorChar) is not (["ReproBuild.Cli", ..] or [_, "obj", ..]))
                .SelectMany(File.ReadLines).SelectMany(NamesIn);
            return [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        }
    }

    [Theory]
    [MemberData(nameof(NamesInMessages))]
    public void A_name_in_a_message_of_the_library_has_a_flag(string name) => Assert.True(LibraryMessage.Knows(name), name);

    [Theory]
    [MemberData(nameof(Options))]
    public void Every_option_of_the_library_has_a_flag(string option)
    {
        Assert.True(LibraryMessage.Knows(option), option);
        Assert.StartsWith("--", LibraryMessage.Translate($"{option} is wrong."), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void Every_limit_can_be_given(string limit)
    {
        var name = limit.Split('.')[1];
        Assert.True(LibraryMessage.Knows(limit), limit);
        var limits = Limit.Apply(Limit.ParseAll([$"{name}=7"]));
        Assert.Equal(7L, Convert.ToInt64(typeof(InputLimits).GetProperty(name)!.GetValue(limits), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_flag_sets_options_that_there_are() => Assert.Empty(
        BuildFlags.All.SelectMany(static flag => flag.LibraryOptions).Except(OptionTypes.SelectMany(NamesOf)));

    [Theory]
    [InlineData("BuildOptions.Architecture 'x86_64' is wrong.", "--arch 'x86_64' is wrong.")]
    [InlineData("or set BuildOptions.AllowDirectoryReplacement to let it win.", "or give --allow-directory-replacement to let it win.")]
    [InlineData("Set BuildOptions.DecompressKernel.", "Give --decompress-kernel.")]
    [InlineData("or set RegistryOptions.UseDockerCredentials to false.", "or give --no-docker-credentials.")]
    [InlineData("Set RegistryOptions.DockerConfigDirectory to the right directory.", "Set --docker-config to the right directory.")]
    [InlineData("add the PEM file to RegistryOptions.CertificateAuthorityFiles;", "give the PEM file with --ca-cert;")]
    [InlineData("BuildOptions.FormatNames[vhd] 'a/b' is no name", "--format vhd=NAME 'a/b' is no name")]
    [InlineData("another name in BuildOptions.FormatNames.", "another name in --format FORMAT=NAME.")]
    [InlineData("leave Joliet out (OutputOptions.IsoJoliet, Iso9660Options.Joliet)", "leave Joliet out (--no-joliet)")]
    [InlineData("leave strictness off (OutputOptions.Strict or Strict of an image writer's options).", "leave strictness off (--strict).")]
    [InlineData("Give them in OutputOptions.RaspberryPiFirmware.", "Give them in --rpi-firmware or --rpi-firmware-image.")]
    [InlineData("more than 5 (limit MaxTreeEntries)", "more than 5 (--limit MaxTreeEntries=VALUE)")]
    [InlineData("at most 5 bytes (MaxConfigurationSize)", "at most 5 bytes (--limit MaxConfigurationSize=VALUE)")]
    [InlineData("is 6, and MaxArchiveEntries is 5.", "is 6, and --limit MaxArchiveEntries is 5.")]
    [InlineData("the 5 bytes that InputLimits.MaxArchiveSize allows", "the 5 bytes that --limit MaxArchiveSize allows")]
    [InlineData("The file /MaxSpeed is in ErofsOptions.Size.", "The file /MaxSpeed is in ErofsOptions.Size.")]
    public void A_message_reads_well_with_flags(string library, string commandLine) =>
        Assert.Equal(commandLine, LibraryMessage.Translate(library));

    private static IEnumerable<string> NamesOf(Type type) =>
        type.GetProperties().Where(static p => p.CanWrite).Select(property => $"{type.Name}.{property.Name}");

    /// <summary>The options and limits that the strings of a line name, or that it names for a string.</summary>
    private static IEnumerable<string> NamesIn(string line)
    {
        if (line.TrimStart().StartsWith("//", StringComparison.Ordinal))
        {
            return [];
        }

        var texts = StringLiteral().Matches(line).Select(static m => m.Value).ToList();
        return texts.SelectMany(static text => OptionName().Matches(text)).Concat(NameOf().Matches(line)).Select(static m => m.Groups["name"].Value)
            .Concat(texts.SelectMany(static text => LimitName().Matches(text)).Select(static m => $"InputLimits.{m.Groups["name"].Value}"));
    }

    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"
        """)]
    private static partial Regex StringLiteral();

    [GeneratedRegex(@"\b(?<name>(?:(?:Build|Registry|Output)Options|InputLimits)\.[A-Z]\w+)")]
    private static partial Regex OptionName();

    [GeneratedRegex(@"nameof\((?<name>(?:(?:Build|Registry|Output)Options|InputLimits)\.[A-Z]\w+)\)")]
    private static partial Regex NameOf();

    [GeneratedRegex(@"\blimit (?<name>Max[A-Za-z]+)")]
    private static partial Regex LimitName();
}
