using System.Text.Json.Nodes;

namespace ReproBuild.Core.Configuration.Fields;

/// <summary>What the values of a field have in common: how they are read, written, merged, compared and checked.</summary>
internal abstract class FieldType<T>
    where T : notnull
{
    public abstract ValueKind Kind { get; }

    public abstract T Read(FieldValue value);

    public abstract JsonNode Write(T value);

    /// <summary>Whether the value counts; one that does not is neither written nor merged, as if the field were absent.</summary>
    public virtual bool IsGiven(T value) => true;

    /// <summary>What counts of the values of two files, both given.</summary>
    public virtual T Merge(T earlier, T later) => later;

    public virtual bool AreEqual(T left, T right) => EqualityComparer<T>.Default.Equals(left, right);

    // Equality needs it; no order and no output follows it.
#pragma warning disable RS0030
    public virtual int HashOf(T value) => value.GetHashCode();
#pragma warning restore RS0030

    /// <summary>Reports what reading would not have let through.</summary>
    public abstract void Check(T value, FieldPlace place);

    /// <summary><see cref="Check"/> for a part of a list or a map, which code can make null.</summary>
    public void CheckPart(T? value, FieldPlace place)
    {
        if (value is null)
        {
            place.Report($"{place.Name} is null; expected {Kind.Expected}");
            return;
        }

        Check(value, place);
    }
}

/// <summary>A value that is one scalar of the file.</summary>
/// <param name="kind">What it can be.</param>
/// <param name="read">Reads it; what reports a problem may return any value.</param>
/// <param name="write">The opposite of <paramref name="read"/>.</param>
internal sealed class ScalarType<T>(ValueKind kind, Func<FieldValue, T> read, Func<T, JsonNode> write) : FieldType<T>
    where T : notnull
{
    /// <summary>What is wrong with a value beyond its type, or null.</summary>
    public Func<T, string?> Rule { get; init; } = static _ => null;

    /// <summary>Where a value was written, if it knows.</summary>
    public Func<T, SourceLocation?> Location { get; init; } = static _ => null;

    /// <summary>Which values count as absent.</summary>
    public Func<T, bool> IsAbsent { get; init; } = static _ => false;

    public override ValueKind Kind => kind;

    /// <summary>The same type for values that follow a rule: a function that says what is wrong, or null.</summary>
    public ScalarType<T> That(Func<T, string?> follows) => new(kind, read, write) { IsAbsent = IsAbsent, Location = Location, Rule = follows };

    public override T Read(FieldValue value)
    {
        var problems = value.Problems.Count;
        var result = read(value);
        if (!value.ChecksLater && value.Problems.Count == problems && IsGiven(result) && Rule(result) is { } problem)
        {
            value.Report($"{value.Name}: {problem}");
        }

        return result;
    }

    public override JsonNode Write(T value) => write(value);

    public override bool IsGiven(T value) => !IsAbsent(value);

    public override void Check(T value, FieldPlace place)
    {
        if (Rule(value) is { } problem)
        {
            place.Problems.Add(Location(value) ?? place.Location, $"{place.Name}: {problem}");
        }
    }
}
