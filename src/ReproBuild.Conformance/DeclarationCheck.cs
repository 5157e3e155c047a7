namespace ReproBuild.Conformance;

/// <summary>Checks what a format declares.</summary>
internal static class DeclarationCheck
{
    /// <returns>Whether the format can be run.</returns>
    public static bool Run(ConformanceSession session)
    {
        var (name, suffixes) = (session.Format.Name, session.Format.ArtifactSuffixes);
        if (string.IsNullOrEmpty(name))
        {
            session.Report(ConformanceRule.Declaration, "", "Name is empty.");
        }

        if (session.Format.RootReads < 1)
        {
            session.Report(ConformanceRule.Declaration, "", $"RootReads is {session.Format.RootReads}: a format goes through the root once or more.");
        }

        if (suffixes.IsDefaultOrEmpty)
        {
            session.Report(ConformanceRule.Declaration, "", "ArtifactSuffixes is empty: a format writes at least one artifact.");
            return false;
        }

        foreach (var suffix in suffixes.Where(static s => s.AsSpan().ContainsAny('/', '\\', '\0')))
        {
            session.Report(ConformanceRule.Declaration, "", $"The suffix '{suffix}' cannot be part of a file name.");
        }

        if (suffixes.Distinct(StringComparer.Ordinal).Count() != suffixes.Length || !suffixes.SequenceEqual(session.Format.ArtifactSuffixes))
        {
            session.Report(ConformanceRule.Declaration, "", "ArtifactSuffixes contains a suffix twice, or is not the same each time.");
        }

        foreach (var suffix in session.Format.SharedArtifactSuffixes.Except(suffixes, StringComparer.Ordinal))
        {
            session.Report(ConformanceRule.Declaration, "", $"SharedArtifactSuffixes contains '{suffix}', which ArtifactSuffixes does not.");
        }

        return true;
    }
}
