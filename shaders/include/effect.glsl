// What every effect gets. An effect writes `colour` (opaque) for the pixel at `uv` (0..1 over the pictures, the origin top left).

uniform sampler2D scene;      // what was drawn so far
uniform vec4 sceneRectangle;  // the pictures' part of it: origin, size
uniform vec4 heatRectangle;   // the heated picture's part of uv: origin, size
uniform vec2 resolution;      // pixels that uv spans
uniform float time;           // seconds
#include "heat.glsl"

in vec2 uv;
out vec4 colour;

// Beyond the pictures their outermost pixels go on, not the ground around them.
vec3 sceneAt(vec2 at)
{
    vec2 inside = clamp(at, 0.5 / resolution, 1.0 - 0.5 / resolution);
    return texture(scene, sceneRectangle.xy + inside * sceneRectangle.zw).rgb;
}

// Heat of the map at uv, 0 when there is none.
float heatUnder(vec2 at)
{
    return heatAt((at - heatRectangle.xy) / heatRectangle.zw);
}
