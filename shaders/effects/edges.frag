#version 330 core
// Draws the outlines of things over a dimmed picture (Sobel's operator on luma).
#include "include/effect.glsl"

uniform float strength; // @range(0,4) @default(1.5) @doc "how bright outlines are"
uniform float dim;      // @range(0,1) @default(0.35) @doc "how much of the picture remains"

float luma(vec2 offset)
{
    return dot(sceneAt(uv + offset / resolution), vec3(0.299, 0.587, 0.114));
}

void main()
{
    float a = luma(vec2(-1, -1)), b = luma(vec2(0, -1)), c = luma(vec2(1, -1));
    float d = luma(vec2(-1, 0)), f = luma(vec2(1, 0));
    float g = luma(vec2(-1, 1)), h = luma(vec2(0, 1)), i = luma(vec2(1, 1));
    vec2 slope = vec2(c + 2.0 * f + i - a - 2.0 * d - g, g + 2.0 * h + i - a - 2.0 * b - c);
    colour = vec4(sceneAt(uv) * dim + strength * 0.25 * length(slope), 1.0);
}
