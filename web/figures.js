// How fast it goes: the table under the controls.

import { $ } from "./panel.js";

/** The last few numbers. */
class Recent {
  constructor(count = 60) { [this.count, this.all] = [count, []]; }

  add(value) {
    this.all.push(value);
    if (this.all.length > this.count) this.all.shift();
  }

  clear() { this.all = []; }

  /** The number below which that share of them lies; NaN of none. */
  at(share) {
    const sorted = [...this.all].sort((a, b) => a - b);
    return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] : NaN;
  }
}

export class Figures {
  /** From sending to the answer, from the picture to its map on the screen, and the server's own time; milliseconds. */
  trips = new Recent();
  ages = new Recent(120);
  runs = new Recent();
  times = [];

  clear() { for (const recent of [this.trips, this.ages, this.runs]) recent.clear(); }

  /** One more picture was explained. @param now when. @param ms how long the server took. */
  add(now, ms) {
    this.times.push(now);
    this.runs.add(ms);
  }

  /** @param link counts what goes up and comes down; null when there is none. */
  tell(link) {
    const now = performance.now(), ms = (value, digits = 0) => Number.isFinite(value) ? `${value.toFixed(digits)} ms` : "–";
    this.times = this.times.filter(time => now - time < 2000);
    $("rate").textContent = this.times.length ? `${(this.times.length / 2).toFixed(1)}/s` : "–";
    $("age").textContent = ms(this.ages.at(0.5));
    $("trip").textContent = ms(this.trips.at(0.5));
    $("run").textContent = ms(this.runs.at(0.5), 1);
    const { up = 0, down = 0 } = link ?? {}, since = now - (this.told?.now ?? now);
    const rate = bytes => since > 0 ? `${(bytes / since).toFixed(0)} kB/s` : "–";
    $("up").textContent = rate(up - (this.told?.up ?? 0));
    $("down").textContent = rate(down - (this.told?.down ?? 0));
    this.told = { now, up, down };
  }
}
