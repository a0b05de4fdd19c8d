using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// A shader file with its <c>#include "…"</c>s (relative to the shaders folder, or to the including file) put in, and the way back from
/// the compiler's line numbers to files. Lines are counted here: compilers do not report the file number of <c>#line n s</c> reliably.
/// </summary>
internal sealed partial class ShaderSource
{
    private readonly List<string> _files = [];
    private readonly List<(string File, int Line)> _origins = [];
    private readonly StringBuilder _text = new();
    private readonly string _folder;

    private ShaderSource(string folder) => _folder = folder;

    /// <summary>GLSL for the compiler.</summary>
    public string Text => _text.ToString();

    /// <summary>Reads <paramref name="file"/> of <paramref name="folder"/>; <paramref name="variant"/> is defined as a macro.</summary>
    public static ShaderSource Read(string folder, string file, string variant)
    {
        var source = new ShaderSource(folder);
        source.Append(file, variant, $"shaders/{file}");
        return source;
    }

    /// <summary>The first error of a compiler's log as "shaders/heatmap.frag:12: message". Understands Mesa ("0:12(5): error: …") and NVIDIA
    /// ("0(12) : error …").</summary>
    public string Explain(string log)
    {
        foreach (var line in log.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (Location().Match(line) is { Success: true } match && line.Contains("error", StringComparison.OrdinalIgnoreCase))
                return $"{Place(match)}: {match.Groups["message"].Value.Trim()}";
        return $"shaders/{_files[0]}: {log.Trim()}";
    }

    private string Place(Match match)
    {
        var line = int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture) - 1;
        return line >= 0 && line < _origins.Count ? $"shaders/{_origins[line].File}:{_origins[line].Line}" : $"shaders/{_files[0]}";
    }

    private void Append(string file, string variant, string askedBy)
    {
        if (_files.Contains(file))
            return;
        _files.Add(file);
        var lines = ReadLines(file, askedBy);
        for (var i = 0; i < lines.Length; i++)
        {
            if (Include().Match(lines[i]) is { Success: true } include)
            {
                Append(Resolve(file, include.Groups[1].Value), "", $"shaders/{file}:{i + 1}");
                continue;
            }
            Append(lines[i], file, i + 1);
            if (variant.Length > 0 && lines[i].StartsWith("#version", StringComparison.Ordinal))
                Append($"#define {variant}", file, i + 1);
        }
    }

    private void Append(string text, string file, int line)
    {
        _text.Append(text).Append('\n');
        _origins.Add((file, line));
    }

    // Relative to the shaders folder, or to the including file when it is there.
    private string Resolve(string from, string include)
    {
        var beside = Path.Combine(Path.GetDirectoryName(from) ?? "", include).Replace('\\', '/');
        return File.Exists(Path.Combine(_folder, include)) ? include : beside;
    }

    private string[] ReadLines(string file, string askedBy)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(_folder, file));
        }
        catch (IOException e)
        {
            throw new LiveCamException("Cannot read shader", askedBy, $"there is no file '{file}' in {_folder}",
                "Restore the file or correct its name", ExitCode.Input, e);
        }
    }

    [GeneratedRegex("""^\s*#include\s+"([^"]+)"\s*$""")]
    private static partial Regex Include();

    [GeneratedRegex(@"^\s*\d+[:(](?<line>\d+)\)?(\(\d+\))?\s*:?\s*(?<message>.*)$")]
    private static partial Regex Location();
}
