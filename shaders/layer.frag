#version 330 core
// A ready picture with coverage, enlarged over its pane. Nothing but a texture read, so that software rasterisers have a fast path.

uniform sampler2D layer; // colour multiplied by coverage

in vec2 uv;
out vec4 colour;

void main()
{
    colour = texture(layer, uv);
}
