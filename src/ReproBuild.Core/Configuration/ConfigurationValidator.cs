namespace ReproBuild.Core.Configuration;

/// <summary>Checks a whole configuration: what only a merge can break, and for one made in code also what the parser checks with better places.</summary>
internal static class ConfigurationValidator
{
    public static void FindDuplicates(LinuxKitConfig config, ProblemList problems)
    {
        FindDuplicates("service", config.Services.Select(static service => (service.Name, service.Source)), problems);
        FindDuplicates("volume", config.Volumes.Select(static volume => (volume.Name, volume.Source)), problems);
    }

    public static void FindInvalidEntries(LinuxKitConfig config, ProblemList problems)
    {
        CheckReference(config.Kernel?.Image, config.Kernel?.Source, problems);
        foreach (var init in config.Init)
        {
            CheckReference(init.Image, init.Source, problems, isRequired: true);
        }

        foreach (var container in config.OnBoot.Concat(config.OnShutdown).Concat(config.Services))
        {
            Check(ConfigurationRules.ContainerName(container.Name), $"container '{container.Name}'", container.Source, problems);
            CheckReference(container.Image, container.Source, problems, isRequired: true);
        }

        foreach (var file in config.Files)
        {
            Check(ConfigurationRules.FilePath(file.Path) ?? ConfigurationRules.FileKind(file), $"file '{file.Path}'", file.Source, problems);
            CheckMode(file, problems);
        }

        foreach (var volume in config.Volumes)
        {
            Check(ConfigurationRules.VolumeName(volume.Name), $"volume '{volume.Name}'", volume.Source, problems);
            CheckReference(volume.Image, volume.Source, problems);
        }
    }

    private static void FindDuplicates(string kind, IEnumerable<(string Name, SourceLocation? Source)> entries, ProblemList problems)
    {
        var first = new Dictionary<string, SourceLocation?>(StringComparer.Ordinal);
        foreach (var (name, source) in entries)
        {
            if (name.Length > 0 && !first.TryAdd(name, source))
            {
                var place = first[name] is { } location ? $", first at {location}" : "";
                problems.Add(source, $"the {kind} name '{name}' is used twice{place}; expected a name of its own for every {kind}");
            }
        }
    }

    private static void CheckMode(FileConfig file, ProblemList problems)
    {
        if ((int?)file.Mode is < 0 or > 0xFFF)
        {
            Check("the mode has bits outside 07777; expected permission bits, set-uid, set-gid and sticky only", $"file '{file.Path}'", file.Source, problems);
        }
    }

    private static void CheckReference(string? reference, SourceLocation? source, ProblemList problems, bool isRequired = false)
    {
        if (!isRequired && string.IsNullOrEmpty(reference))
        {
            return;
        }

        try
        {
            ImageReference.Parse(reference ?? "");
        }
        catch (ImageReferenceException e)
        {
            problems.Add(source, e.Message);
        }
    }

    private static void Check(string? problem, string what, SourceLocation? source, ProblemList problems)
    {
        if (problem is not null)
        {
            problems.Add(source, $"{what}: {problem}");
        }
    }
}
