using LiveCam.Core;
using Silk.NET.OpenGL;

namespace LiveCam.Rendering;

/// <summary>A linked program of shaders/fullscreen.vert and one fragment shader. It never changes: a reload makes another.</summary>
internal sealed class ShaderProgram : GraphicsObject
{
    private ShaderProgram(GraphicsDevice device)
        : base(device, ObjectKind.Program)
    {
    }

    /// <summary>Compiles and links. Throws <see cref="LiveCamException"/> that names file and line.</summary>
    public static ShaderProgram Compile(GraphicsDevice device, ShaderSource vertex, ShaderSource fragment)
    {
        var program = new ShaderProgram(device);
        try
        {
            var stages = (program.Attach(ShaderType.VertexShader, vertex), program.Attach(ShaderType.FragmentShader, fragment));
            program.Link(fragment);
            device.GL.DeleteShader(stages.Item1);
            device.GL.DeleteShader(stages.Item2);
            return program;
        }
        catch
        {
            program.Dispose();
            throw;
        }
    }

    private uint Attach(ShaderType type, ShaderSource source)
    {
        var shader = GL.CreateShader(type);
        GL.ShaderSource(shader, source.Text);
        GL.CompileShader(shader);
        if (GL.GetShader(shader, ShaderParameterName.CompileStatus) != 0)
        {
            GL.AttachShader(Handle, shader);
            return shader;
        }
        var log = GL.GetShaderInfoLog(shader);
        GL.DeleteShader(shader);
        throw Failed(source.Explain(log));
    }

    private void Link(ShaderSource fragment)
    {
        GL.LinkProgram(Handle);
        if (GL.GetProgram(Handle, ProgramPropertyARB.LinkStatus) == 0)
            throw Failed(fragment.Explain(GL.GetProgramInfoLog(Handle)));
    }

    private static LiveCamException Failed(string explanation)
    {
        var colon = explanation.IndexOf(": ", StringComparison.Ordinal);
        return new LiveCamException("Cannot compile", explanation[..colon], explanation[(colon + 2)..].TrimEnd('.'),
            "Correct the shader; saving it is enough while LiveCam runs");
    }
}
