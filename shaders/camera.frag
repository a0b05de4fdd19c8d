#version 330 core
// The camera's picture, stretched over its pane; it is opaque. Nothing but a texture read, so that software rasterisers have a fast path.

uniform sampler2D picture;

in vec2 uv;
out vec4 colour;

void main()
{
    colour = texture(picture, uv);
}
