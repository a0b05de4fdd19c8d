namespace LiveCam.Rendering;

/// <summary>A fragment shader of the library, in its last good version.</summary>
public sealed class Shader
{
    internal Shader(string file, string variant, ShaderProgram program) => (File, Variant, Program) = (file, variant, program);

    /// <summary>Its file in the shaders folder: "effects/vignette.frag".</summary>
    public string File { get; }

    /// <summary>The macro defined for it, or an empty text.</summary>
    public string Variant { get; }

    internal ShaderProgram Program { get; private set; }

    internal void Replace(ShaderProgram program)
    {
        Program.Dispose();
        Program = program;
    }
}
