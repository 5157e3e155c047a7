using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReproBuild;

/// <summary>Writes a value to JSON as its text, and reads it back.</summary>
/// <typeparam name="T">A type whose <c>ToString</c> gives what its <c>Parse</c> takes.</typeparam>
public sealed class TextJsonConverter<T> : JsonConverter<T>
    where T : class, IParsable<T>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">The value is not a string, or not the text of a <typeparamref name="T"/>.</exception>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException($"The value is not a string, so it is not the text of a {typeof(T).Name}.");
        }

        try
        {
            return T.Parse(reader.GetString()!, provider: null);
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException($"The string is not valid text, so it is not that of a {typeof(T).Name}.", e);
        }
        catch (Exception e) when (e is FormatException or ReproBuildException)
        {
            throw new JsonException($"The string is not the text of a {typeof(T).Name}: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStringValue(value.ToString());
    }
}
