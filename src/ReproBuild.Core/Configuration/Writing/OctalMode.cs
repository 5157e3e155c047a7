namespace ReproBuild.Core.Configuration.Writing;

/// <summary>A file mode as text: octal, four digits.</summary>
internal static class OctalMode
{
    private const int Digits = 4;
    private const int Base = 8;

    public static string? Format(UnixFileMode? mode) => mode is null ? null : Convert.ToString((int)mode.Value, Base).PadLeft(Digits, '0');
}
