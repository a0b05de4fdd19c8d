#version 330 core
// The camera's picture, stretched over its pane.

uniform sampler2D picture;

in vec2 uv;
out vec4 colour;

void main()
{
    colour = vec4(texture(picture, uv).rgb, 1.0);
}
