using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// A shader file with its <c>#include "…"</c>s (relative to the shaders folder) put in, and the way back from the compiler's line
/// numbers to files: <c>#line n s</c> gives each file a number s.
/// </summary>
internal sealed partial class ShaderSource
{
    private readonly List<string> _files = [];
    private readonly StringBuilder _text = new();
    private readonly string _folder;

    private ShaderSource(string folder) => _folder = folder;

    /// <summary>GLSL for the compiler.</summary>
    public string Text => _text.ToString();

    /// <summary>The files it was read from, the shader itself first; slashes, relative to the folder.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>Reads <paramref name="file"/> of <paramref name="folder"/>; <paramref name="variant"/> is defined as a macro.</summary>
    public static ShaderSource Read(string folder, string file, string variant)
    {
        var source = new ShaderSource(folder);
        source.Append(file, variant, $"shaders/{file}");
        return source;
    }

    /// <summary>The first error of a compiler's log as "shaders/heatmap.frag:12: message". Understands Mesa ("0:12(5): error: …") and NVIDIA ("0(12) : error …").</summary>
    public string Explain(string log)
    {
        foreach (var line in log.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (Location().Match(line) is { Success: true } match && line.Contains("error", StringComparison.OrdinalIgnoreCase))
                return $"{Place(match)}: {match.Groups["message"].Value.Trim()}";
        return $"shaders/{_files[0]}: {log.Trim()}";
    }

    private string Place(Match match)
    {
        var file = int.Parse(match.Groups["file"].Value, CultureInfo.InvariantCulture);
        return file < _files.Count ? $"shaders/{_files[file]}:{match.Groups["line"].Value}" : $"shaders/{_files[0]}";
    }

    private void Append(string file, string variant, string askedBy)
    {
        var number = _files.Count;
        if (_files.Contains(file))
            return;
        _files.Add(file);
        var lines = ReadLines(file, askedBy);
        for (var i = 0; i < lines.Length; i++)
        {
            if (Include().Match(lines[i]) is { Success: true } include)
            {
                Append(Resolve(file, include.Groups[1].Value), "", $"shaders/{file}:{i + 1}");
                _text.Append(CultureInfo.InvariantCulture, $"#line {i + 2} {number}\n");
                continue;
            }
            if (i == 0 && number > 0)
                _text.Append(CultureInfo.InvariantCulture, $"#line 1 {number}\n");
            _text.Append(lines[i]).Append('\n');
            if (lines[i].StartsWith("#version", StringComparison.Ordinal))
                _text.Append(CultureInfo.InvariantCulture, $"{(variant.Length > 0 ? $"#define {variant}\n" : "")}#line {i + 2} {number}\n");
        }
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
            throw new LiveCamException("Cannot read shader", askedBy, $"there is no file '{file}' in {_folder}", "Restore the file or correct its name", ExitCode.Input, e);
        }
    }

    [GeneratedRegex("""^\s*#include\s+"([^"]+)"\s*$""")]
    private static partial Regex Include();

    [GeneratedRegex(@"^\s*(?<file>\d+)[:(](?<line>\d+)\)?(\(\d+\))?\s*:?\s*(?<message>.*)$")]
    private static partial Regex Location();
}
