#version 330 core
// A rectangle of the target, two triangles as a strip of four vertices that need no buffer.

uniform vec4 rectangle; // normalised device coordinates: top left corner, way to the bottom right one

out vec2 uv; // 0..1, the origin top left

void main()
{
    uv = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    gl_Position = vec4(rectangle.xy + uv * rectangle.zw, 0.0, 1.0);
}
