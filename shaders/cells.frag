#version 330 core
// The colours of a wall of feature maps, a tile each, in the order in which they are ranked: drawn a pixel a cell, so that the colormap's work is done once
// for each and not for every pixel of the screen.

uniform sampler2DArray tiles; // feature maps by unit
uniform sampler2D ranks;      // [2, places]: the unit at each place, and the value that is white there
uniform sampler2D lookup;     // the colormap, 256 x 1
uniform vec2 grid;            // columns, rows
uniform float count;          // tiles
uniform float gamma;

in vec2 uv;
out vec4 colour;

void main()
{
    vec2 at = uv * grid;
    vec2 tile = floor(at);
    float place = tile.y * grid.x + tile.x;
    if (place >= count)
    {
        colour = vec4(0.047, 0.051, 0.059, 1.0);
        return;
    }
    float unit = texelFetch(ranks, ivec2(int(place), 0), 0).r;
    float white = texelFetch(ranks, ivec2(int(place), 1), 0).r;
    float value = texture(tiles, vec3(at - tile, unit)).r;
    float heat = white > 0.0 ? pow(clamp(value / white, 0.0, 1.0), gamma) : 0.0;
    colour = vec4(texture(lookup, vec2((heat * 255.0 + 0.5) / 256.0, 0.5)).rgb, 1.0);
}
