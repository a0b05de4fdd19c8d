#version 330 core
// The heat as it is laid over the picture. One variant a view (OVERLAY, CONTOURS, SPOTLIGHT, HUES, MAP); all write colour
// multiplied by coverage, so the blend is: colour + (1 - alpha) * picture, and the picture is never sampled here.
#include "include/heat.glsl"

uniform sampler2D lookup;  // the colormap, 256 x 1
uniform float opacity;     // 0..1
uniform float threshold;   // heat below it is not shown
uniform float contours;    // number of lines
uniform float lineWidth;   // pixels

in vec2 uv;
out vec4 colour;

vec3 colormap(float heat)
{
    return texture(lookup, vec2((heat * 255.0 + 0.5) / 256.0, 0.5)).rgb;
}

// Lines of equal heat at k / (contours + 1), each in its level's colour on a dark rim that separates it from any picture.
vec4 isoLines(float heat)
{
    float scaled = heat * (contours + 1.0);
    float level = clamp(floor(scaled + 0.5), 1.0, contours);
    float away = abs(scaled - level) / max(fwidth(scaled), 1e-5);
    float line = clamp(0.5 * lineWidth + 0.5 - away, 0.0, 1.0);
    float rim = clamp(0.5 * lineWidth + 2.0 - away, 0.0, 1.0) * 0.55;
    float alpha = max(line, rim) * step(threshold, level / (contours + 1.0));
    return vec4(colormap(level / (contours + 1.0)) * min(line, alpha), alpha);
}

void main()
{
#if defined(HUES)
    vec2 map = onMap(uv);
    vec4 hue = texture(field, map);
    float alpha = opacity * hue.a * seen(map) * above(hue.a, threshold);
    colour = vec4(hue.rgb * alpha, alpha);
#else
    float heat = heatAt(uv);
  #if defined(OVERLAY)
    float alpha = opacity * heat * above(heat, threshold);
    colour = vec4(colormap(heat) * alpha, alpha);
  #elif defined(CONTOURS)
    colour = isoLines(heat);
  #elif defined(SPOTLIGHT)
    colour = vec4(0.0, 0.0, 0.0, 1.0 - heat * above(heat, threshold));
  #else
    colour = vec4(colormap(heat * above(heat, threshold)), 1.0);
  #endif
#endif
}
