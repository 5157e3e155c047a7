using ReproBuild.Core.Configuration.Fields;
using static ReproBuild.Core.Configuration.ConfigurationTypes;

namespace ReproBuild.Core.Configuration;

/// <summary>One image of <c>init</c>.</summary>
/// <param name="Image">The image.</param>
/// <param name="Location">Where it was written.</param>
public sealed record InitConfig(ImageReference Image, SourceLocation? Location = null)
{
    internal static ScalarType<InitConfig> Type { get; } = new(
        Reference.Kind, static value => new InitConfig(Reference.Read(value), value.Node.Location), static init => Reference.Write(init.Image))
    {
        Location = static init => init.Location,
        Rule = static init => init.Image is null ? $"it is null; expected {Reference.Kind.Expected}" : null,
    };
}
