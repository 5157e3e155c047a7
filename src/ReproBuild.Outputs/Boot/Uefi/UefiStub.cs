using System.Reflection;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Boot.Uefi;

/// <summary>ReproBuild's own UEFI boot program, built from uefi-stub.c.</summary>
internal static class UefiStub
{
    /// <summary>The program of an architecture, or null when there is none.</summary>
    public static FileContent? ForArchitecture(string architecture)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"uefi-stub-{architecture}.efi");
        if (stream is null)
        {
            return null;
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return FileContent.FromBytes(bytes);
    }
}
