// Bicubic interpolation of a map of few cells (Catmull and Rom 1974; Keys 1981 with a = -1/2).
// Catmull-Rom, not the B-spline: it goes through the map's values, so a peak is shown as high as it is, where the B-spline
// would flatten a single hot cell to 4/9. Its small overshoots are cut off by the clamp to 0..1.

uniform sampler2D maps; // maps below each other, [count * size.y, size.x], cell values 0..1
uniform vec2 size;      // cells of one map

vec4 catmullRom(float t)
{
    float t2 = t * t;
    float t3 = t2 * t;
    return 0.5 * vec4(-t3 + 2.0 * t2 - t, 3.0 * t3 - 5.0 * t2 + 2.0, -3.0 * t3 + 4.0 * t2 + t, t3 - t2);
}

float cell(int map, ivec2 at)
{
    ivec2 inside = clamp(at, ivec2(0), ivec2(size) - 1);
    return texelFetch(maps, ivec2(inside.x, inside.y + map * int(size.y)), 0).r;
}

// Heat of a map at uv (0..1 over the map, whose cells are areas, not points).
float bicubic(int map, vec2 uv)
{
    vec2 position = uv * size - 0.5;
    vec2 corner = floor(position);
    vec4 wx = catmullRom(position.x - corner.x);
    vec4 wy = catmullRom(position.y - corner.y);
    float heat = 0.0;
    for (int j = 0; j < 4; j++)
    {
        ivec2 at = ivec2(corner) + ivec2(0, j - 1);
        heat += wy[j] * dot(wx, vec4(cell(map, at - ivec2(1, 0)), cell(map, at), cell(map, at + ivec2(1, 0)), cell(map, at + ivec2(2, 0))));
    }
    return clamp(heat, 0.0, 1.0);
}
