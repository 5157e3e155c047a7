namespace ReproBuild.Core.Configuration.Binding;

/// <summary>The <c>kernel</c> section. Nothing is required: a file may leave to another what is merged.</summary>
internal static class KernelBinder
{
    private static readonly FieldTable<KernelConfig> Fields = new()
    {
        { "image", static (kernel, value) => kernel with { Image = value.Text() is "" ? "" : value.Reference() } },
        { "cmdline", static (kernel, value) => kernel with { CommandLine = value.Text() } },
        { "binary", static (kernel, value) => kernel with { Binary = value.Text() } },
        { "tar", static (kernel, value) => kernel with { Tar = value.Text() } },
        { "ucode", static (kernel, value) => kernel with { Microcode = value.Text() } },
    };

    public static KernelConfig Bind(FieldValue value) => Fields.Bind(new KernelConfig { Source = value.Node.Location }, value);
}
