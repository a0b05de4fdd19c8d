#version 330 core
// Tiles of ready colours on the screen, with gaps between them. A cell stays a cell: nothing is interpolated.

uniform sampler2D cells; // a pixel a cell, tiles side by side
uniform vec2 grid;       // columns, rows
uniform vec2 gap;        // between tiles, as a share of a tile with its gap

in vec2 uv;
out vec4 colour;

void main()
{
    vec2 at = uv * grid;
    vec2 tile = floor(at);
    vec2 inside = (at - tile) / (1.0 - gap);
    vec3 shown = texture(cells, (tile + min(inside, 0.9999)) / grid).rgb;
    colour = vec4(max(inside.x, inside.y) < 1.0 ? shown : vec3(0.047, 0.051, 0.059), 1.0);
}
