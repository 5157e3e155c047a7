using System.Globalization;
using System.Net;
using System.Text;

namespace ReproBuild.Builds;

/// <summary>The whole builds as an SVG of bars, readable on a light and on a dark page.</summary>
internal static class Chart
{
    private const int LabelWidth = 330;
    private const int BarWidth = 480;
    private const int Width = LabelWidth + BarWidth + 150;
    private const int BarHeight = 14;
    private const int Top = 56;

    private const string Style = """
        text{font:12px sans-serif;fill:#1f2328}.title{font-weight:bold;font-size:14px}.other{fill:#8c959f}.before{fill:#a5c8ff}.now{fill:#0969da}
        .aim{stroke:#bc4c00;stroke-width:2}.grid{stroke:#d0d7de}@media(prefers-color-scheme:dark){text{fill:#e6edf3}.other{fill:#7d8590}
        .before{fill:#1f4a86}.now{fill:#58a6ff}.aim{stroke:#f0883e}.grid{stroke:#30363d}}
        """;

    /// <summary>Draws the wall time of every row that lasts a second or more, on a scale of decades.</summary>
    public static string Draw(IReadOnlyList<Result> results)
    {
        var body = new StringBuilder();
        var y = Top;
        foreach (var result in results.Where(static result => Bars(result).Max(static bar => bar.Seconds) >= 1))
        {
            y = DrawRow(body, result, y);
        }

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {y + 18}" role="img" aria-label="Wall time of whole builds">
            <style>{Style}</style>
            <text class="title" x="8" y="18">Seconds of wall time, on a logarithmic scale; shorter is better</text>

            """);
        var x = 8;
        foreach (var (style, name) in new[] { ("other", "LinuxKit, or the program alone"), ("before", "ReproBuild then"), ("now", "ReproBuild now") })
        {
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{style}\" x=\"{x}\" y=\"28\" width=\"12\" height=\"12\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 17}\" y=\"38\">{name}</text>\n");
            x += 40 + (name.Length * 7);
        }

        svg.Append(CultureInfo.InvariantCulture, $"<line class=\"aim\" x1=\"{x + 6}\" x2=\"{x + 6}\" y1=\"28\" y2=\"40\"/>")
            .Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 17}\" y=\"38\">aim</text>\n");
        foreach (var tick in new[] { 0.1, 1, 10, 100 })
        {
            var at = LabelWidth + Length(tick);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{at}\" x2=\"{at}\" y1=\"{Top - 4}\" y2=\"{y}\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{at}\" y=\"{y + 13}\" text-anchor=\"middle\">{tick}</text>\n");
        }

        return svg.Append(body).Append("</svg>\n").ToString();
    }

    private static int DrawRow(StringBuilder body, Result result, int y)
    {
        var bars = Bars(result);
        var middle = y + (bars.Count * BarHeight / 2) + 4;
        var label = WebUtility.HtmlEncode(result.Row.Work.Replace("`", "", StringComparison.Ordinal));
        body.Append(CultureInfo.InvariantCulture, $"<text x=\"{LabelWidth - 8}\" y=\"{middle}\" text-anchor=\"end\">{Shorten(label)}</text>\n");
        var top = y;
        foreach (var (style, name, seconds) in bars)
        {
            var length = Length(seconds);
            body.Append(CultureInfo.InvariantCulture, $"<rect class=\"{style}\" x=\"{LabelWidth}\" y=\"{y}\" width=\"{length}\" height=\"{BarHeight - 2}\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{LabelWidth + length + 5}\" y=\"{y + 10}\">")
                .Append(CultureInfo.InvariantCulture, $"{Report.Seconds(seconds)} {WebUtility.HtmlEncode(name)}</text>\n");
            y += BarHeight;
        }

        if (result.Row.Aim is { } aim)
        {
            var at = LabelWidth + Length(aim);
            body.Append(CultureInfo.InvariantCulture, $"<line class=\"aim\" x1=\"{at}\" x2=\"{at}\" y1=\"{top - 2}\" y2=\"{y}\"/>\n");
        }

        return y + 10;
    }

    private static string Shorten(string label) => label.Replace("after one service's image changed", "one image changed", StringComparison.Ordinal)
        .Replace("after one service&#39;s image changed", "one image changed", StringComparison.Ordinal);

    private static List<(string Style, string Name, double Seconds)> Bars(Result result)
    {
        var bars = result.Row.Contenders.Zip(result.Measurements).Skip(1)
            .Select(static peer => ("other", peer.First.Name, peer.Second.Wall)).ToList();
        if (result.Row.LinuxKit is { } linuxKit && bars.All(static bar => bar.Name != "LinuxKit"))
        {
            bars.Add(("other", "LinuxKit, quoted", linuxKit.Wall));
        }

        if (result.Row.Before is { } before)
        {
            bars.Add(("before", "", before.Wall));
        }

        bars.Add(("now", "", result.Measurements[0].Wall));
        return bars;
    }

    /// <summary>0.05 s has no length, 100 s nearly the whole.</summary>
    private static int Length(double seconds) => (int)Math.Clamp(BarWidth * Math.Log10(seconds / 0.05) / Math.Log10(100 / 0.05), 1, BarWidth);
}
