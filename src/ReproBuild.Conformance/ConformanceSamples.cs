using ReproBuild.Core.FileSystem;

namespace ReproBuild.Conformance;

/// <summary>A root file system to run a format over.</summary>
/// <param name="Name">Its name in findings.</param>
/// <param name="Root">The tree.</param>
/// <param name="Kernel">The kernel's files, or null for a configuration without one.</param>
internal sealed record ConformanceSample(string Name, FileTree Root, KernelFiles? Kernel);

/// <summary>The root file systems that every format is run over.</summary>
internal static class ConformanceSamples
{
    private const int LargeFiles = 4;
    private const int SmallFiles = 300;

    public static ConformanceSample Empty(OutputFormatConformanceOptions options) =>
        new("empty root", Begin(options, kernel: null).Build(), options.Kernel);

    public static ConformanceSample Everything(OutputFormatConformanceOptions options) =>
        new("one of everything", EverythingTree.Create(Begin(options, options.Kernel)), options.Kernel);

    public static ConformanceSample WithoutKernel(OutputFormatConformanceOptions options) =>
        new("no kernel", EverythingTree.Create(Begin(options, kernel: null)), null);

    /// <summary>About two mebibytes: many small files, files of several blocks, a file with holes.</summary>
    public static ConformanceSample Files(OutputFormatConformanceOptions options, Action<int>? beforeRead = null)
    {
        const int large = 600_001;
        var builder = Begin(options, options.Kernel);
        builder.Add("data", SampleInodes.Directory());
        for (var i = 0; i < LargeFiles - 1; i++)
        {
            builder.Add($"data/large{i}", SampleInodes.File(new FileContent(new GeneratedBlob(large + (i * 4096), beforeRead), i, large)));
        }

        var sparse = new FileContentBuilder().AppendZeros(200_000).Append("data"u8.ToArray()).AppendZeros(300_000).Build();
        builder.Add("data/sparse", SampleInodes.File(sparse));
        builder.Add("data/small", SampleInodes.Directory());
        for (var i = 0; i < SmallFiles; i++)
        {
            builder.Add($"data/small/{i}", SampleInodes.File(new FileContent(new GeneratedBlob(i * 7, beforeRead), 0, i * 7)));
        }

        return new ConformanceSample("many files", builder.Build(), options.Kernel);
    }

    /// <summary>As much content as the options ask for, in a few files.</summary>
    public static ConformanceSample Large(OutputFormatConformanceOptions options, Action<int> beforeRead)
    {
        var builder = Begin(options, options.Kernel);
        var blob = new GeneratedBlob(options.LargeContentSize, beforeRead);
        var part = options.LargeContentSize / LargeFiles;
        for (var i = 0; i < LargeFiles; i++)
        {
            builder.Add($"part{i}", SampleInodes.File(new FileContent(blob, i * part, part)));
        }

        return new ConformanceSample("large files", builder.Build(), options.Kernel);
    }

    private static FileTreeBuilder Begin(OutputFormatConformanceOptions options, KernelFiles? kernel)
    {
        var builder = new FileTreeBuilder();
        if (kernel is not null)
        {
            SampleInodes.AddKernel(builder, kernel);
        }

        if (options.CommonFiles is { } files)
        {
            builder.AddTree(ByteString.Empty, files);
        }

        return builder;
    }
}
