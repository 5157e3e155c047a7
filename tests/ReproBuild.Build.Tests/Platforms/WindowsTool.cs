using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Platforms;

/// <summary>Compiles <c>tool/tool.c</c>, a program for Windows.</summary>
internal static class WindowsTool
{
    private static readonly ExternalTool Compiler = new("clang-14", "clang-14");
    private static readonly ExternalTool Linker = new("lld-link-14", "lld-14");

    /// <summary>Why a test that needs it is skipped, or null.</summary>
    public static string? SkipReason => !Compiler.IsAvailable ? Compiler.SkipReason : !Linker.IsAvailable ? Linker.SkipReason : null;

    /// <summary>Compiles it.</summary>
    /// <param name="path">The program.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task CompileAsync(string path, CancellationToken cancellationToken)
    {
        using var objects = new TemporaryDirectory("tool");
        var sources = Path.Combine(TestHost.RepositoryDirectory, "tests/ReproBuild.Build.Tests/Platforms/tool");
        foreach (var name in (string[])["kernel32", "tool"])
        {
            await Compiler.RunAsync(
                ["--target=x86_64-pc-windows-msvc", "-ffreestanding", "-O1", "-c", Path.Combine(sources, $"{name}.c"), "-o", objects[$"{name}.obj"]],
                null, cancellationToken);
        }

        await Linker.RunAsync(
            ["-dll", "-noentry", "-nodefaultlib", $"-out:{objects["kernel32.dll"]}", $"-implib:{objects["kernel32.lib"]}", objects["kernel32.obj"]],
            null, cancellationToken);
        await Linker.RunAsync(
            ["-subsystem:console", "-nodefaultlib", "-entry:start", $"-out:{path}", objects["tool.obj"], objects["kernel32.lib"]], null, cancellationToken);
    }
}
