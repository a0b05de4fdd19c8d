#version 330 core
// Coarsens what the network does not look at: blocks where the map is cold, the sharp picture where it is hot.
#include "include/effect.glsl"

uniform int block;    // @range(2,64) @default(12) @doc "side of a block, in pixels"
uniform float level;  // @range(0,1) @default(0.3) @doc "heat from which the picture is sharp"

void main()
{
    vec2 middle = (floor(uv * resolution / float(block)) + 0.5) * float(block) / resolution;
    float sharp = smoothstep(level - 0.08, level + 0.08, heatUnder(uv));
    colour = vec4(mix(sceneAt(middle), sceneAt(uv), sharp), 1.0);
}
