#version 330 core
// Enlarges several maps and mixes their hues: colour by share, strength by the strongest. Shares are of the eighth power, so that
// the stronger class keeps its own hue and only classes of nearly equal heat mix: hues mixed evenly over a whole picture are grey.
// Not premultiplied, so that colours do not darken between texels.
#include "include/bicubic.glsl"

uniform int count;     // maps, at most 5
uniform vec3 hues[5];
uniform float opacities[5]; // of each class, 0..1

in vec2 uv;
out vec4 colour;

void main()
{
    vec3 sum = vec3(0.0);
    float weights = 1e-12;
    float strongest = 0.0;
    for (int i = 0; i < count; i++)
    {
        float heat = bicubic(i, uv);
        float square = heat * heat;
        float share = square * square * square * square;
        // A faded class gives way by as much as it fades, wherever it is hot.
        sum += share * opacities[i] * hues[i];
        weights += share * opacities[i];
        strongest = max(strongest, heat * opacities[i]);
    }
    colour = vec4(sum / weights, strongest);
}
