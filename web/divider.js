// The line between two ways to show the same picture: two methods, or the picture with and without heat.

import { $ } from "./panel.js";

export class Divider {
  /** @param app whose picture it divides. @param stage where that is shown. @param share of the width where it begins. */
  constructor(app, stage, share) {
    [this.app, this.stage, this.share] = [app, stage, share];
    const line = $("divider");
    line.addEventListener("pointerdown", event => line.setPointerCapture(event.pointerId));
    line.addEventListener("pointermove", event => {
      if (!line.hasPointerCapture(event.pointerId)) return;
      const { left, width } = $("frame").getBoundingClientRect();
      this.move(this.seen((event.clientX - left) / width));
    });
    line.addEventListener("keydown", event => {
      const by = { ArrowLeft: -0.02, ArrowRight: 0.02 }[event.key];
      if (!by) return;
      event.preventDefault();
      this.move(this.share + (app.mirrored ? -by : by));
    });
  }

  /** Where a place of the picture is seen, and the other way round: a front camera is shown as a mirror. */
  seen(share) { return this.app.mirrored ? 1 - share : share; }

  move(share) {
    this.share = Math.min(1, Math.max(0, share));
    this.stage.redraw();
  }

  /** The same on a pen, for snapshots and recordings, which are no mirrors. */
  draw(pen, [x, y, width, height]) {
    if ($("divider").hidden) return;
    const at = x + width * this.share, { found } = this.app, size = Math.max(11, height / 30);
    pen.fillStyle = "#fff";
    pen.fillRect(at - 1, y, 2, height);
    if (!this.app.comparing) return;
    pen.font = `${size}px system-ui, sans-serif`;
    pen.textBaseline = "middle";
    for (const [method, isLeft] of [[found.method, true], [found.compare, false]]) {
      const text = this.app.question.titleOf(method), across = pen.measureText(text).width + size, left = isLeft ? x + size / 2 : x + width - across - size / 2;
      pen.fillStyle = "#000a";
      pen.fillRect(left, y + height - 2.2 * size, across, 1.7 * size);
      pen.fillStyle = "#fff";
      pen.fillText(text, left + size / 2, y + height - 1.35 * size);
    }
  }

  /** Puts it where it belongs, if it belongs anywhere. */
  place() {
    const { question: { method, compare }, comparing, mirrored } = this.app, share = this.seen(this.share);
    const text = `${comparing}|${$("view").value}|${share}|${method}|${compare}`;
    if (text === this.placed) return;
    this.placed = text;
    $("divider").hidden = !comparing && $("view").value !== "wipe";
    $("pair").hidden = !comparing;
    $("frame").style.setProperty("--share", share);
    $("divider").setAttribute("aria-valuenow", Math.round(share * 100));
    const titles = [method, compare].map(each => this.app.question.titleOf(each));
    [$("pair-left").textContent, $("pair-right").textContent] = mirrored ? titles.reverse() : titles;
  }
}
