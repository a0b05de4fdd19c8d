// One map as it is shown: values and scale follow the explanations by time constants, as MapSmoother does on the desktop.

export class Smoother {
  constructor() { this.forget(); }

  forget() { [this.key, this.values, this.scale] = ["", null, 0]; }

  /** Moves towards a map. @param share of the way the values move now. @param scaleShare of the way the scale falls now. */
  approach(map, cells, share, scaleShare) {
    const key = `${map.index}/${map.against}/${cells}`;
    if (key !== this.key) {
      [this.key, this.values, this.scale, share, scaleShare] = [key, new Float32Array(cells), 0, 1, 1];
    }
    const evidence = map.maximum > 0;
    if (this.scale === 0) scaleShare = 1;
    for (let i = 0; i < cells; i++)
      this.values[i] += share * ((evidence ? map.cells[i] / 255 * map.maximum : 0) - this.values[i]);
    if (evidence)
      this.scale += (map.maximum > this.scale ? Math.max(share, scaleShare) : scaleShare) * (map.maximum - this.scale);
  }

  /** Writes heat, 0..1. */
  write(heat, at) {
    const factor = this.scale > 0 ? 1 / this.scale : 0;
    for (let i = 0; i < this.values.length; i++)
      heat[at + i] = Math.min(1, this.values[i] * factor);
  }
}
