using System.Text;

namespace ReproBuild.Cli;

/// <summary>The text that goes to standard output and standard error.</summary>
internal static class StandardStreams
{
    /// <summary>
    /// Writes UTF-8 with line feeds wherever no terminal is attached: the names of artifacts arrive as they are in any locale, and a script
    /// reads the same bytes on every host. On a terminal the text has the terminal's own encoding.
    /// </summary>
    public static void UseUtf8UnlessTerminal()
    {
        if (Console.IsOutputRedirected)
        {
            Console.SetOut(CreateWriter(Console.OpenStandardOutput()));
        }

        if (Console.IsErrorRedirected)
        {
            Console.SetError(CreateWriter(Console.OpenStandardError()));
        }
    }

    private static StreamWriter CreateWriter(Stream stream) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true, NewLine = "\n" };
}
