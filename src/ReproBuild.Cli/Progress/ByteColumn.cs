using Spectre.Console;
using Spectre.Console.Rendering;

namespace ReproBuild.Cli;

/// <summary>How many bytes of an item are done; empty for an item that is not counted in bytes.</summary>
internal sealed class ByteColumn : ProgressColumn
{
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(task.MaxValue > 1 ? ByteCount.Format((long)task.Value) : "");
}
