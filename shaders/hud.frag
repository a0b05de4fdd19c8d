#version 330 core
// A panel of the HUD, texel for pixel; its colours are already multiplied by their coverage.

uniform sampler2D panel;

in vec2 uv;
out vec4 colour;

void main()
{
    colour = texture(panel, uv);
}
