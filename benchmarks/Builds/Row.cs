namespace ReproBuild.Builds;

/// <summary>A row of a table: a piece of work, ReproBuild first among those that do it.</summary>
/// <param name="Work">What is done, in Markdown.</param>
/// <param name="Contenders">Who does it. The first is ReproBuild; the second is what it is compared with.</param>
internal sealed record Row(string Work, IReadOnlyList<Contender> Contenders)
{
    /// <summary>What LinuxKit took, where it cannot be measured here.</summary>
    public Quote? LinuxKit { get; init; }

    /// <summary>What ReproBuild took when LinuxKit was measured.</summary>
    public Quote? Before { get; init; }

    /// <summary>The time to reach, in seconds.</summary>
    public double? Aim { get; init; }

    /// <summary>What is made ready once, before the first run.</summary>
    public Action? Prepare { get; init; }

    /// <summary>What must be true after the last run; it returns a remark for the table.</summary>
    public Func<string>? Check { get; init; }
}

/// <summary>A figure that was not measured in this run: seconds, and megabytes of memory or 0.</summary>
internal sealed record Quote(double Wall, int Memory = 0);

/// <summary>A row that was measured; the measurements are in the order of its contenders.</summary>
internal sealed record Result(Row Row, IReadOnlyList<Measurement> Measurements, string Remark);
