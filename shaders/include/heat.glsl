// The heat under a point of the picture.

uniform sampler2D field; // the map, already enlarged bicubically
uniform vec4 region;     // the part of the picture that the map covers: origin, size

vec2 onMap(vec2 picture)
{
    return (picture - region.xy) / region.zw;
}

// 1 where the network saw the picture, 0 elsewhere.
float seen(vec2 map)
{
    return float(all(lessThan(abs(map - 0.5), vec2(0.5))));
}

float heatAt(vec2 picture)
{
    vec2 map = onMap(picture);
    return texture(field, map).r * seen(map);
}

// 1 where heat reaches the level, with an edge one pixel wide.
float above(float heat, float level)
{
    return level <= 0.0 ? 1.0 : clamp((heat - level) / max(fwidth(heat), 1e-5) + 0.5, 0.0, 1.0);
}
