using System.Collections.Immutable;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Configuration.Fields;
using ReproBuild.Core.Configuration.Yaml;

namespace ReproBuild;

public sealed partial record LinuxKitConfig
{
    /// <summary>Reads configuration files and merges them in order, as <see cref="MergeWith"/> does.</summary>
    /// <param name="paths">At least one file; relative paths are relative to the process's working directory.</param>
    /// <param name="limits">What a file must not exceed; null for <see cref="InputLimits.Default"/>.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="ConfigurationException">
    /// There is no file, a file cannot be read or is wrong, or the files do not fit together. It names every problem of every file.
    /// </exception>
    public static async Task<LinuxKitConfig> LoadAsync(
        IReadOnlyList<string> paths, InputLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count == 0)
        {
            throw new ConfigurationException([new ConfigurationProblem(null, "no configuration file is given; expected at least one")]);
        }

        var merged = new LinuxKitConfig();
        var problems = ImmutableArray.CreateBuilder<ConfigurationProblem>();
        foreach (var path in paths)
        {
            try
            {
                var utf8 = await YamlSource.ReadAsync(path, limits ?? InputLimits.Default, cancellationToken).ConfigureAwait(false);
                merged = Section.Merge(merged, ReadBytes(utf8, path, limits ?? InputLimits.Default, cancellationToken));
            }
            catch (ConfigurationException e)
            {
                problems.AddRange(e.Problems);
            }
        }

        if (problems.Count > 0)
        {
            throw new ConfigurationException(problems.ToImmutable());
        }

        merged.ThrowIfWrong();
        return merged;
    }

    /// <summary>Reads one configuration.</summary>
    /// <param name="text">The YAML text: at most <see cref="InputLimits.MaxConfigurationSize"/> characters.</param>
    /// <param name="fileName">The name that errors give.</param>
    /// <param name="limits">What a file must not exceed; null for <see cref="InputLimits.Default"/>.</param>
    /// <exception cref="ConfigurationException">The text is wrong. It names every problem.</exception>
    public static LinuxKitConfig Parse(string text, string fileName, InputLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(fileName);
        return ReadText(text, fileName, limits ?? InputLimits.Default, CancellationToken.None);
    }

    /// <summary>Reads one configuration.</summary>
    /// <param name="utf8">
    /// The YAML text in UTF-8, with or without a byte order mark: at most <see cref="InputLimits.MaxConfigurationSize"/> bytes.
    /// </param>
    /// <param name="fileName">The name that errors give.</param>
    /// <param name="limits">What a file must not exceed; null for <see cref="InputLimits.Default"/>.</param>
    /// <exception cref="ConfigurationException">The text is wrong. It names every problem.</exception>
    public static LinuxKitConfig Parse(ReadOnlyMemory<byte> utf8, string fileName, InputLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        return ReadBytes(utf8, fileName, limits ?? InputLimits.Default, CancellationToken.None);
    }

    /// <summary>Reads one configuration to the end of a stream, which stays open.</summary>
    /// <param name="utf8">The YAML text in UTF-8: at most <see cref="InputLimits.MaxConfigurationSize"/> bytes.</param>
    /// <param name="fileName">The name that errors give.</param>
    /// <param name="limits">What a file must not exceed; null for <see cref="InputLimits.Default"/>.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="ConfigurationException">The text is wrong. It names every problem.</exception>
    public static async Task<LinuxKitConfig> LoadAsync(
        Stream utf8, string fileName, InputLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(utf8);
        ArgumentNullException.ThrowIfNull(fileName);
        limits ??= InputLimits.Default;
        var bytes = await YamlSource.ReadAsync(utf8, fileName, limits, cancellationToken).ConfigureAwait(false);
        return ReadBytes(bytes, fileName, limits, cancellationToken);
    }

    private static LinuxKitConfig ReadBytes(ReadOnlyMemory<byte> utf8, string fileName, InputLimits limits, CancellationToken cancellationToken) =>
        ReadText(YamlSource.Decode(utf8.Span, fileName, limits), fileName, limits, cancellationToken);

    private static LinuxKitConfig ReadText(string text, string fileName, InputLimits limits, CancellationToken cancellationToken)
    {
        var problems = new ProblemList();
        var root = YamlReader.Read(text, fileName, problems, limits, cancellationToken);
        var config = root is null || root.IsNull ? new LinuxKitConfig() : Section.Read(new FieldValue("", root, problems));
        ConfigurationRules.FindDuplicates(config, problems);
        problems.ThrowIfAny();
        return config;
    }
}
