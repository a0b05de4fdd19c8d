#version 330 core
// Darkens the corners, as a lens does, so that the eye stays in the middle.
#include "include/effect.glsl"

uniform float amount; // @range(0,1) @default(0.45) @doc "how dark the corners get"
uniform float radius; // @range(0.2,1) @default(0.6) @doc "where it starts, as a share of the way to the corner"

void main()
{
    float away = length(uv * 2.0 - 1.0) / sqrt(2.0);
    colour = vec4(sceneAt(uv) * (1.0 - amount * smoothstep(radius, 1.0, away)), 1.0);
}
