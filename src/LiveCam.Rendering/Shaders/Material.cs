using System.Numerics;
using System.Runtime.InteropServices;
using Silk.NET.OpenGL;

namespace LiveCam.Rendering;

/// <summary>
/// A shader and the values of its uniforms. Values are kept by name and survive a reload of the shader; names that the shader
/// does not use are ignored, as its compiler may have removed them. Setting a value it already knows allocates nothing.
/// </summary>
public sealed class Material(Shader shader)
{
    private readonly List<Value> _values = [];
    private ShaderProgram? _resolved;

    private enum Kind
    {
        Integer,
        Number,
        Two,
        Three,
        Four,
        Sampler,
        ArraySampler,
    }

    public Shader Shader { get; } = shader;

    public void Set(string name, int value) => Set(new Value(name, Kind.Integer, new Vector4(value, 0, 0, 0), null));

    public void Set(string name, float value) => Set(new Value(name, Kind.Number, new Vector4(value, 0, 0, 0), null));

    public void Set(string name, Vector2 value) => Set(new Value(name, Kind.Two, new Vector4(value, 0, 0), null));

    public void Set(string name, Vector3 value) => Set(new Value(name, Kind.Three, new Vector4(value, 0), null));

    public void Set(string name, Vector4 value) => Set(new Value(name, Kind.Four, value, null));

    /// <summary>Gives the sampler <paramref name="name"/> a texture, which stays the caller's.</summary>
    public void Set(string name, Texture texture) => Set(new Value(name, Kind.Sampler, default, texture));

    /// <summary>Likewise many textures of one size.</summary>
    public void Set(string name, TextureArray textures) => Set(new Value(name, Kind.ArraySampler, default, null, textures));

    /// <summary>Makes the program current and hands it all values.</summary>
    internal void Apply()
    {
        var program = Shader.Program;
        var gl = program.Device.GL;
        program.Device.AssertThread();
        gl.UseProgram(program.Handle);
        if (_resolved != program)
            Resolve(gl, program);
        var unit = 0;
        foreach (ref readonly var value in CollectionsMarshal.AsSpan(_values))
            if (value.Location >= 0)
                Apply(gl, value, ref unit);
    }

    private static void Apply(GL gl, in Value value, ref int unit)
    {
        var number = value.Number;
        switch (value.Kind)
        {
            case Kind.Integer:
                gl.Uniform1(value.Location, (int)number.X);
                break;
            case Kind.Number:
                gl.Uniform1(value.Location, number.X);
                break;
            case Kind.Two:
                gl.Uniform2(value.Location, number.X, number.Y);
                break;
            case Kind.Three:
                gl.Uniform3(value.Location, number.X, number.Y, number.Z);
                break;
            case Kind.Four:
                gl.Uniform4(value.Location, number.X, number.Y, number.Z, number.W);
                break;
            case Kind.ArraySampler:
                value.Textures!.Bind(unit);
                gl.Uniform1(value.Location, unit++);
                break;
            default:
                value.Texture!.Bind(unit);
                gl.Uniform1(value.Location, unit++);
                break;
        }
    }

    private void Set(Value value)
    {
        for (var i = 0; i < _values.Count; i++)
        {
            if (_values[i].Name != value.Name)
                continue;
            _values[i] = value with { Location = _values[i].Location };
            return;
        }
        _values.Add(value);
        _resolved = null;
    }

    private void Resolve(GL gl, ShaderProgram program)
    {
        for (var i = 0; i < _values.Count; i++)
            _values[i] = _values[i] with { Location = gl.GetUniformLocation(program.Handle, _values[i].Name) };
        _resolved = program;
    }

    private readonly record struct Value(string Name, Kind Kind, Vector4 Number, Texture? Texture, TextureArray? Textures = null, int Location = -1);
}
