using ReproBuild.Core.Configuration;

namespace ReproBuild;

public sealed partial record LinuxKitConfig
{
    /// <summary>Merges a configuration that was given after this one.</summary>
    /// <remarks>
    /// Of the kernel, image, command line and binary replace when not empty, tar and microcode when given. Lists are appended, volumes too
    /// (LinuxKit keeps those of the last file only).
    /// </remarks>
    /// <exception cref="ConfigurationException">A service or a volume of both has the same name, or an entry is not valid.</exception>
    public LinuxKitConfig MergeWith(LinuxKitConfig later)
    {
        ArgumentNullException.ThrowIfNull(later);
        var merged = Append(later);
        merged.Validate();
        return merged;
    }

    /// <summary>Checks what the parser and <see cref="MergeWith"/> guarantee, for a configuration that was made or changed in code.</summary>
    /// <exception cref="ConfigurationException">
    /// Services or volumes share a name; a name, path, mode or image reference is not valid; or a file has not exactly one kind of content.
    /// </exception>
    public void Validate()
    {
        var problems = new ProblemList();
        ConfigurationValidator.FindDuplicates(this, problems);
        ConfigurationValidator.FindInvalidEntries(this, problems);
        problems.ThrowIfAny();
    }

    private LinuxKitConfig Append(LinuxKitConfig later) => new()
    {
        Kernel = Kernel is null ? later.Kernel : later.Kernel is null ? Kernel : Kernel.ReplacedBy(later.Kernel),
        Init = [.. Init, .. later.Init],
        OnBoot = [.. OnBoot, .. later.OnBoot],
        OnShutdown = [.. OnShutdown, .. later.OnShutdown],
        Services = [.. Services, .. later.Services],
        Files = [.. Files, .. later.Files],
        Volumes = [.. Volumes, .. later.Volumes],
    };
}
