using System.Globalization;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration.Fields;
using ReproBuild.Core.Configuration.Yaml;
using static ReproBuild.Core.Configuration.Fields.FieldTypes;

namespace ReproBuild.Core.Configuration;

/// <summary>The types of fields that only configurations have.</summary>
internal static class ConfigurationTypes
{
    private static readonly ValueKind.IntegerOrText OwnerKind = new(
        new ValueKind.Integer(uint.MinValue, uint.MaxValue), "a number from 0 to 4294967295, root, or the name of a container");

    private static readonly ValueKind.Text PlatformKind = new("os/architecture or os/architecture/variant, such as linux/arm64");

    private static readonly ValueKind.Text ReferenceKind = new("an image reference");

    /// <summary>Stands for text that is no reference, and counts as not given.</summary>
    private static readonly ImageReference NoReference = ImageReference.Parse("none");

    /// <summary>An image reference, written in full.</summary>
    public static ScalarType<ImageReference> Reference { get; } = CreateReference(ReadReference);

    /// <summary>An image reference; empty text counts as not given.</summary>
    public static ScalarType<ImageReference> OptionalReference { get; } = CreateReference(
        static value => value.Node is YamlScalar { IsNull: false, Text: "" } ? NoReference : ReadReference(value));

    /// <summary>A user or group of a container: a number, <c>root</c>, which is 0, or a container's name.</summary>
    public static ScalarType<OwnerId> Owner { get; } = new(
        OwnerKind, static value => ReadOwner(value) is { IsRoot: false } owner ? owner : OwnerId.Root, WriteOwner);

    /// <summary>A user or group of a file, in which <c>root</c> stays a word.</summary>
    public static ScalarType<OwnerId> FileOwner { get; } = new(OwnerKind, ReadOwner, WriteOwner);

    public static ScalarType<Platform> PlatformText { get; } = new ScalarType<Platform>(
        PlatformKind, ReadPlatform, static platform => platform.ToString())
        .That(static platform => ReproBuild.Platform.TryParse(platform.ToString(), out _) ? null
            : $"it is '{platform.ToString().Shown()}'; expected {PlatformKind.Expected}");

    private static ScalarType<ImageReference> CreateReference(Func<FieldValue, ImageReference> read) =>
        new(ReferenceKind, read, static reference => reference.ToString()) { IsAbsent = static reference => ReferenceEquals(reference, NoReference) };

    private static ImageReference ReadReference(FieldValue value)
    {
        var problems = value.Problems.Count;
        var text = value.Text();
        if (value.Problems.Count > problems)
        {
            return NoReference;
        }

        try
        {
            return ImageReference.Parse(text);
        }
        catch (ImageReferenceException e)
        {
            value.Report($"{value.Name}: {e.Message}");
            return NoReference;
        }
    }

    /// <summary>A quoted number is a name, as in LinuxKit.</summary>
    private static OwnerId ReadOwner(FieldValue value)
    {
        if (value.Node is YamlScalar scalar)
        {
            if (YamlScalars.Integer(scalar) is { } number)
            {
                if (OwnerKind.Number.Contains(number))
                {
                    return new OwnerId((uint)number);
                }
            }
            else if (!scalar.IsNull && YamlScalars.Boolean(scalar) is null && !(scalar.IsPlain && IsFloat(scalar.Text)))
            {
                return value.Text() is { Length: > 0 } name ? new OwnerId(name) : OwnerId.Root;
            }
        }

        value.ReportWrongType(OwnerKind);
        return OwnerId.Root;
    }

    private static JsonNode WriteOwner(OwnerId owner) => owner.ContainerName is { } name ? name : owner.Number;

    private static Platform ReadPlatform(FieldValue value)
    {
        if (value.Node is YamlScalar { IsNull: false } scalar)
        {
            try
            {
                return ReproBuild.Platform.Parse(scalar.Text);
            }
            catch (FormatException)
            {
                // Reported below, with the place.
            }
        }

        value.ReportWrongType(PlatformKind);
        return ReproBuild.Platform.Linux("");
    }

    private static bool IsFloat(string text) =>
        double.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _)
        && text.AsSpan().ContainsAnyInRange('0', '9');
}
