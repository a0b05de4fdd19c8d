// The page: pictures go up, maps come down, both meet on the canvas.

import { Heat } from "./heat.js";
import { Link } from "./link.js";
import { $, ClassList, MORE, Recent, control, fill, notice, percent, slide } from "./panel.js";
import { Kept, Shrinker, shownSize, follow, openCamera, openFile } from "./pictures.js";
import { Recorder } from "./recorder.js";
import { KEYS, listen } from "./keys.js";
import { Divider } from "./divider.js";
import { Everything } from "./everything.js";

const IN_FLIGHT = 2;
const DRAWN = "drawn";
const PINNED = "pinned";
const hueOf = rgb => `rgb(${rgb.map(each => Math.round(each * 255)).join(" ")})`;

class App {
  async start() {
    const get = async path => {
      const response = await fetch(path);
      if (!response.ok) throw new Error((await response.json()).detail ?? response.statusText);
      return response.json();
    };
    let look, parameters;
    [this.model, look, parameters] = await Promise.all([get("/api/model"), get("/look.json"), get("/api/parameters")]);
    this.look = look;
    this.parameters = new Map(parameters.map(each => [each.name, each]));
    this.heat = new Heat($("heat"), look);
    this.picture = $("picture");
    this.pen = this.picture.getContext("2d", { alpha: false });
    this.size = null;
    this.recorder = new Recorder([this.picture, $("heat")], () => this.caption(), (pen, box) => this.divider.draw(pen, box));
    this.shrinker = new Shrinker(this.model.input);
    [this.kept, this.answers] = [new Kept(), new Map()];
    this.asked = { class: this.value("explain.class"), method: this.value("explain.method"), layer: this.model.layer, compare: "off" };
    [this.number, this.flying, this.facing, this.frozen, this.explained, this.turn] = [0, new Map(), "environment", false, 0, 0];
    [this.trips, this.ages, this.runs, this.times] = [new Recent(), new Recent(120), new Recent(), []];
    this.fillControls();
    listen(this);
    setInterval(() => this.tell(), 500);
    $("watch").hidden = $("watch-again").hidden = !this.model.source;
    // Whatever was pressed before now would have been lost.
    for (const id of ["ways", "panel"]) $(id).inert = false;
    document.body.dataset.ready = "";
    if (new URLSearchParams(location.search).has("watch")) this.watch();
  }

  value(name) { return this.parameters.get(name)?.value; }

  fillControls() {
    const { model } = this, view = this.parameters.get("heatmap.view"), colormap = this.parameters.get("heatmap.colormap");
    $("model").textContent = model.title || model.name;
    $("device").textContent = model.device;
    fill($("class"), [["top", "the best"], ["top2", "the best two"], ["top3", "the best three"], ["top5", "the best five"]], this.asked.class);
    fill($("method"), model.methods.map(each => [each.name, each.title]), this.asked.method);
    model.methods.forEach((each, i) => { $("method").options[i].disabled = !each.allowed; });
    fill($("layer"), model.layers.map(each => [each, each]), model.layer);
    fill($("compare"), [["off", "nothing"], ...model.methods.filter(each => each.allowed).map(each => [each.name, each.title])], "off");
    fill($("view"), view.choices.map(each => [each, each]), view.value);
    fill($("colormap"), colormap.choices.map(each => [each, each]), colormap.value);
    const redraw = () => this.redraw();
    this.opacity = slide($("opacity"), this.parameters.get("heatmap.opacity"), redraw);
    this.threshold = slide($("threshold"), this.parameters.get("heatmap.threshold"), redraw);
    this.divider = new Divider(this, Number(this.value("heatmap.divider")));
    this.more = new Map(MORE.filter(([name]) => this.parameters.has(name)).map(([name, text]) => [name, control(this.parameters.get(name), text, redraw)]));
    $("more").append(...[...this.more.values()].map(each => each.label));
    this.more.get("view.sync").input.addEventListener("change", event => { if (this.source?.kind === "server") this.put({ "view.sync": event.target.value }); });
    this.everything = new Everything(this.parameters, settings => this.put(settings));
    $("class").addEventListener("change", () => { if ($("class").value !== PINNED) this.ask("class", $("class").value); });
    $("method").addEventListener("change", () => this.ask("method", $("method").value));
    $("layer").addEventListener("change", () => this.ask("layer", $("layer").value));
    $("compare").addEventListener("change", () => this.ask("compare", $("compare").value));
    $("view").addEventListener("change", () => {
      this.fresh = this.frozen || !this.matched || !this.source?.isLive;
      this.wish();
      redraw();
    });
    $("colormap").addEventListener("change", redraw);
    this.classes = new ClassList($("classes"), index => this.pin(index));
    for (const id of ["start", "camera"]) $(id).addEventListener("click", () => this.useCamera());
    for (const id of ["watch", "watch-again"]) $(id).addEventListener("click", () => this.watch());
    for (const id of ["open", "open-first"])
      $(id).addEventListener("change", event => { if (event.target.files[0]) this.useFile(event.target.files[0]); event.target.value = ""; });
    $("freeze").addEventListener("click", () => this.freeze());
    $("snapshot").addEventListener("click", () => this.snapshot());
    $("record").addEventListener("click", () => this.record());
    $("flip").addEventListener("click", () => { this.facing = this.facing === "user" ? "environment" : "user"; this.useCamera(); });
    $("full").addEventListener("click", () => this.fullScreen());
    $("help").addEventListener("click", () => this.help());
    this.listenToFiles();
  }

  listenToFiles() {
    const stage = $("stage");
    for (const type of ["dragenter", "dragover"])
      document.addEventListener(type, event => { event.preventDefault(); stage.classList.add("dropping"); });
    document.addEventListener("dragleave", () => stage.classList.remove("dropping"));
    document.addEventListener("drop", event => {
      event.preventDefault();
      stage.classList.remove("dropping");
      if (event.dataTransfer.files[0]) this.useFile(event.dataTransfer.files[0]);
    });
  }

  get mirrored() { return Boolean(this.source?.mirrored); }

  get comparing() { return !this.isDrawn && this.asked.compare !== "off" && this.asked.compare !== this.asked.method && this.found?.sides.length > 0 && $("view").value !== "side"; }

  titleOf(method) { return this.model.methods.find(each => each.name === method)?.title ?? method; }

  async useCamera() {
    notice("Waiting for the camera …", { seconds: 0 });
    // Phones open one of their cameras at a time.
    this.close();
    await this.use(() => openCamera(this.facing));
  }

  async useFile(file) { await this.use(() => openFile(file)); }

  /** Shows another source; one that cannot be opened leaves the one that is shown. */
  async use(open) {
    const turn = ++this.turn;
    let source;
    try {
      source = await open();
    } catch (error) {
      notice(error.message, { wrong: true });
      return;
    }
    // Something else was wanted while the browser asked for leave.
    if (turn !== this.turn) return source.close();
    notice("");
    this.close();
    $("welcome").hidden = true;
    this.source = source;
    source.lost?.(reason => notice(reason, { wrong: true }));
    $("frame").classList.toggle("mirrored", this.mirrored);
    $("flip").hidden = source.kind !== "camera";
    this.link = new Link("/ws/camera", message => this.hear(message), (state, seconds) => this.tellLink(state, seconds));
    this.unfollow = follow(source, now => this.onPicture(now));
  }

  /** Whether the picture that a map was made from is shown under it, and no newer one. */
  get matched() { return this.more.get("view.sync").read() === "matched" && !this.isDrawn; }

  /** Whether the server draws what is shown of its source, with everything that it can. */
  get isDrawn() { return $("view").value === DRAWN; }

  /** Tells the server which pictures of its source are wanted. */
  wish() {
    if (this.source?.kind !== "server" || !this.link?.isOpen || this.wished === this.isDrawn) return;
    this.wished = this.isDrawn;
    this.link.say({ drawn: this.isDrawn });
  }

  /** The server's own source, for everybody. */
  watch() {
    this.close();
    $("welcome").hidden = true;
    $("flip").hidden = true;
    $("frame").classList.remove("mirrored");
    this.source = { kind: "server", isLive: true, close() {} };
    $("view").add(new Option("as the server draws it", DRAWN));
    $("all").hidden = false;
    this.link = new Link("/ws/source", message => this.hear(message), (state, seconds) => this.tellLink(state, seconds));
  }

  close() {
    this.turn++;
    this.greeted = false;
    for (const recent of [this.trips, this.ages, this.runs]) recent.clear();
    this.unfollow?.();
    this.source?.close();
    this.link?.close();
    this.flying.clear();
    this.kept.clear();
    this.answers.clear();
    this.stand(false);
    $("source").hidden = $("all").hidden = true;
    [...$("view").options].find(each => each.value === DRAWN)?.remove();
    if (!$("view").value) $("view").value = "overlay";
    [this.source, this.link, this.unfollow, this.lost] = [null, null, null, false];
    this.forget();
  }

  /** What was found is not of what is shown now. */
  forget() {
    this.found = null;
    this.heat.explain(null, "");
    this.classes.show([]);
    $("evidence").textContent = "";
    this.redraw();
  }

  tellLink(state, seconds) {
    if (state === "open") {
      if (this.lost) notice("");
      this.lost = false;
      return;
    }
    // What stands is still what was explained; what moves is not.
    if (!this.lost && this.source?.isLive && !this.frozen) this.forget();
    [this.retryAt, this.state] = [performance.now() + 1000 * seconds, state];
    [this.lost, this.wished, this.greeted] = [true, false, false];
    this.flying.clear();
    this.kept.clear();
    this.tellWait();
  }

  tellWait() {
    if (!this.lost) return;
    const seconds = Math.max(1, Math.ceil((this.retryAt - performance.now()) / 1000));
    notice(`The server is ${this.state === "busy" ? "busy" : "gone"}; trying again in ${seconds} s.`, { wrong: true });
  }

  onPicture(now) {
    if (!this.source || this.frozen) return;
    // Without a server that answers there would be no picture at all.
    [this.fresh, this.unsent] = [!this.matched || !this.source.isLive || !this.found || this.lost, true];
    this.redraw();
    this.send();
  }

  /** Sends the picture, if it was not sent and the server can take one more: the newest wins. */
  send() {
    if (!this.unsent || !this.link?.isOpen || !this.greeted || this.flying.size >= IN_FLIGHT || !this.source || this.source.kind === "server") return;
    const number = ++this.number, takenAt = performance.now();
    // What stands is what is seen, whatever the camera sees meanwhile.
    const { element, width, height, isLive } = this.source, isKept = this.matched && isLive && !this.frozen;
    const image = this.frozen ? this.still : isKept ? this.kept.keep(number, element, width, height) : element;
    const size = this.frozen ? this.size : isKept ? [image.width, image.height] : [width, height];
    if (this.link.send(this.shrinker.pack(image, ...size, this.mostPixels), number, takenAt)) this.flying.set(number, takenAt);
    this.unsent = false;
  }

  hear(message) {
    switch (message.type) {
      case "hello": return this.greet(message);
      case "source": return this.tellSource(message);
      case "parameters": return this.settle(message);
      case "problem": return this.complain(message);
      case "skipped": this.flying.delete(message.number); this.kept.drop(message.number); return message.refused ? undefined : this.sendStill();
      case "explanation": return this.source?.kind === "server" ? this.onServerExplanation(message.found) : this.onExplanation(message.found);
      case "picture": return this.onServerPicture(message);
    }
  }

  greet(message) {
    // Another network was started in its place: its classes are others.
    if (message.model !== this.model.name) return location.reload();
    [this.greeted, this.mostPixels] = [true, message.framePixels];
    // After the connection was lost the server knows nothing of what was asked.
    const defaults = Object.fromEntries(message.parameters.map(each => [each.name, each.value]));
    const wanted = { "explain.layer": this.asked.layer, "explain.method": this.asked.method, "explain.class": this.asked.class, "compare.with": this.asked.compare };
    const set = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => value !== defaults[name] && !(name === "explain.layer" && value === message.layer)));
    if (Object.keys(set).length) this.link.say({ set });
    this.sendStill();
  }

  /** What everybody's source is, and what somebody has asked of it. */
  tellSource({ name, status, delivering, values }) {
    this.greeted = true;
    // Numbers begin again.
    if (name !== this.source.name) {
      if (this.source.name !== undefined && !this.frozen) this.forget();
      this.source.name = name;
      this.answers.clear();
      this.kept.clear();
    }
    $("source").hidden = false;
    $("source").textContent = status === "open" ? name : `${name} · ${status}`;
    if (!delivering) notice(`${name}: ${status}`, { wrong: true });
    else if (this.missing) notice("");
    this.missing = !delivering;
    if (values["view.sync"]) this.more.get("view.sync").input.value = values["view.sync"];
    this.everything.settle(values);
    this.settle({ values, layer: this.model.layers.includes(values["explain.layer"]) ? values["explain.layer"] : this.model.layer });
    this.wish();
  }

  /** A picture that stands is sent again only when there is a reason. */
  sendStill() {
    if (!this.source || this.source.isLive && !this.frozen) return;
    this.unsent = true;
    this.send();
  }

  settle({ values, layer }) {
    [this.asked.class, this.asked.method, this.asked.compare, this.asked.layer] = [values["explain.class"], values["explain.method"], values["compare.with"], layer];
    [$("method").value, $("layer").value, $("compare").value] = [this.asked.method, layer, this.asked.compare];
    this.showAskedClass();
    this.sendStill();
  }

  complain({ status, title, detail, fix }) {
    if (status !== 503) notice(`${title}: ${detail}. ${fix}.`, { wrong: true, seconds: 8 });
  }

  onExplanation(found) {
    const now = performance.now(), sentAt = this.flying.get(found.number);
    if (this.source?.kind !== "server") {
      // An answer to a question of before.
      if (sentAt === undefined) return;
      this.flying.delete(found.number);
      this.trips.add(now - sentAt);
      found.takenAt = sentAt;
      const copy = this.kept.take(found.number);
      if (copy && !this.frozen) this.show(copy, copy.width, copy.height);
    }
    [found.method, found.compare] = [this.asked.method, this.asked.compare];
    this.explained++;
    this.times.push(now);
    this.runs.add(found.explainMs);
    this.found = found;
    this.heat.explain(found, `${this.asked.method} ${this.asked.layer}`);
    this.showClasses();
    this.redraw();
    this.send();
    if (!this.source?.isLive || this.frozen) this.settleStill();
  }

  /** Smoothing needs time to arrive, also where no picture comes. */
  settleStill() {
    const until = performance.now() + 1000;
    const next = now => {
      this.redraw();
      if (now < until && this.found) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  }

  async onServerPicture({ number, jpeg }) {
    const bitmap = await createImageBitmap(jpeg), { width, height } = bitmap;
    this.link?.say({ seen: number });
    if (!this.frozen && this.source?.kind === "server") {
      const found = this.matched ? this.answers.get(number) : undefined;
      if (this.matched && !found && this.found) this.kept.keep(number, bitmap, width, height);
      else this.show(bitmap, width, height);
      if (found) this.onExplanation(found);
      this.redraw();
    }
    bitmap.close();
  }

  /** With 'matched' a picture and its map wait for each other: they come on their own ways, and not all pictures do. */
  onServerExplanation(found) {
    if (this.frozen) return;
    // Two clocks: without the way from there to here.
    found.takenAt = performance.now() - found.serverMs;
    const copy = this.matched ? this.kept.take(found.number) : undefined;
    if (copy) this.show(copy, copy.width, copy.height);
    else if (this.matched && this.found) {
      this.answers.set(found.number, found);
      if (this.answers.size > 16) this.answers.delete(this.answers.keys().next().value);
      return;
    }
    this.onExplanation(found);
  }

  draw(now) {
    if (this.fresh && this.frozen) this.show(this.still, this.still.width, this.still.height);
    else if (this.fresh && this.source?.element) this.show(this.source.element, this.source.width, this.source.height);
    this.fresh = false;
    if (!this.size) return;
    if (this.found?.takenAt) this.ages.add(now - this.found.takenAt);
    const view = this.isDrawn ? "picture" : $("view").value, set = name => this.more.get(name).read();
    this.heat.draw({
      view, colormap: $("colormap").selectedIndex, opacity: this.opacity(), threshold: this.threshold(), divider: this.divider.share, swipe: this.comparing,
      contours: set("heatmap.contours"), smoothing: set("heatmap.smoothing"), scaleTime: set("heatmap.scaleTime"),
      raw: set("heatmap.raw") || this.source?.kind === "picture", opacities: [1, 2, 3, 4, 5].map(i => set(`heatmap.opacity${i}`)),
    }, now, ...this.size);
    this.divider.place();
    this.recorder.add();
  }

  /** Puts a picture under the heat; twice beside itself in the view 'side'. */
  show(image, width, height) {
    const side = $("view").value === "side";
    this.size = shownSize(width, height);
    const [w, h] = this.size, across = side ? 2 * w : w;
    if (this.picture.width !== across || this.picture.height !== h) {
      [this.picture.width, this.picture.height] = [across, h];
      $("frame").style.setProperty("--ratio", across / h);
    }
    $("frame").hidden = false;
    for (const id of ["freeze", "snapshot", "record"]) $(id).disabled = false;
    for (const x of side ? [0, w] : [0]) this.pen.drawImage(image, x, 0, w, h);
  }

  /** Draws with the screen's next picture, once, whatever has changed until then. */
  redraw() {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(now => {
      this.drawing = false;
      this.draw(now);
    });
  }

  showClasses() {
    const { found, model, look } = this, several = found.targets.length > 1;
    if (several !== this.several) {
      this.several = several;
      if (several && $("view").value === "overlay") $("view").value = "hues";
      else if (!several && $("view").value === "hues") $("view").value = "overlay";
    }
    const hueFor = index => {
      const at = found.targets.findIndex(target => target.index === index);
      return at < 0 ? "" : several ? hueOf(look.hues[at]) : "var(--accent)";
    };
    const pinned = this.pinned;
    this.classes.show(found.top.map(each => ({ index: each.index, label: model.classes[each.index], probability: each.probability, pinned: each.index === pinned, hue: hueFor(each.index) })));
    const [first] = found.targets, blank = first && first.maximum <= 0;
    const shown = pinned !== undefined && !found.top.some(each => each.index === pinned) ? `Explaining ${model.classes[pinned]}. ` : "";
    $("evidence").textContent = shown + (blank ? `No positive evidence for ${model.classes[first.index]}.` : found.exact ? "" : "This method is only approximate for this network.");
  }

  /** The index of the class that is pinned, if one is. */
  get pinned() { return /^\d+$/.test(this.asked.class) ? Number(this.asked.class) : this.model.classes.includes(this.asked.class) ? this.model.classes.indexOf(this.asked.class) : undefined; }

  caption() {
    const [first] = this.found?.targets ?? [], best = this.found?.top.find(each => each.index === first?.index);
    const methods = first && this.comparing ? `${this.titleOf(this.found.method)} | ${this.titleOf(this.found.compare)}` : this.titleOf(this.found?.method);
    return first ? `${this.model.classes[first.index]} ${best ? percent(best.probability) : ""} · ${methods} · ${this.model.name} · LiveCam` : "LiveCam";
  }

  pin(index) {
    if (index !== undefined) this.ask("class", index === this.pinned ? "top" : String(index));
  }

  /** In the list of classes, too, the one that is pinned. */
  showAskedClass() {
    const select = $("class"), isRank = /^top\d?$/.test(this.asked.class), last = select.options[select.options.length - 1];
    if (last.value === PINNED) last.remove();
    if (!isRank) select.add(new Option(this.pinned === undefined ? this.asked.class : this.model.classes[this.pinned], PINNED));
    select.value = isRank ? this.asked.class : PINNED;
  }

  async ask(what, value) {
    if (!value) return;
    if (this.source?.kind === "server" && this.frozen) notice("What stands is the server's, and stays as it was explained; go on to see the change.");
    this.asked[what] = value;
    if (what === "class") this.showAskedClass();
    const name = { class: "explain.class", method: "explain.method", layer: "explain.layer", compare: "compare.with" }[what];
    if (this.source?.kind !== "server") {
      this.link?.say({ set: { [name]: value } });
      return;
    }
    // The server's source is everybody's.
    await this.put({ [name]: value });
  }

  /** Sets parameters of the server's source. @returns whether it took them. */
  async put(settings) {
    try {
      const response = await fetch("/api/parameters", { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(settings) });
      if (!response.ok) this.complain(await response.json());
      return response.ok;
    } catch {
      // Gone; that is told already, and what holds there is told when it is back.
      return false;
    }
  }

  stand(frozen) {
    this.frozen = frozen;
    if (frozen) {
      this.still = Object.assign(document.createElement("canvas"), { width: this.size[0], height: this.size[1] });
      this.still.getContext("2d", { alpha: false }).drawImage(this.picture, 0, 0);
    }
    $("freeze").setAttribute("aria-pressed", String(frozen));
    $("freeze").textContent = frozen ? "Go on" : "Freeze";
  }

  freeze() {
    if (!this.size) return;
    this.stand(!this.frozen);
    if (this.source?.kind === "video") this.source.element[this.frozen ? "pause" : "play"]();
    this.sendStill();
  }

  async snapshot() {
    if (!this.size) return;
    await this.recorder.snapshot();
    notice("Snapshot saved.");
  }

  record() {
    if (!this.size) return;
    try {
      if (this.recorder.isOn) this.recorder.stop();
      else this.recorder.start();
    } catch (error) {
      notice(error.message, { wrong: true });
      return;
    }
    const on = this.recorder.isOn;
    $("record").setAttribute("aria-pressed", String(on));
    $("record").textContent = on ? "Stop" : "Record";
    notice(on ? "Recording what is shown." : "Recording saved.");
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => notice("This browser does not allow full screen."));
  }

  help() { $("keys").showModal(); }

  tell() {
    this.tellWait();
    const now = performance.now(), ms = value => Number.isFinite(value) ? `${value.toFixed(0)} ms` : "–";
    this.times = this.times.filter(time => now - time < 2000);
    $("rate").textContent = this.times.length ? `${(this.times.length / 2).toFixed(1)}/s` : "–";
    $("age").textContent = ms(this.ages.at(0.5));
    $("trip").textContent = ms(this.trips.at(0.5));
    $("run").textContent = Number.isFinite(this.runs.at(0.5)) ? `${this.runs.at(0.5).toFixed(1)} ms` : "–";
    const [up, down] = [this.link?.up ?? 0, this.link?.down ?? 0], since = now - (this.told ?? now);
    const rate = bytes => since > 0 ? `${(bytes / since).toFixed(0)} kB/s` : "–";
    $("up").textContent = rate(up - (this.toldUp ?? 0));
    $("down").textContent = rate(down - (this.toldDown ?? 0));
    [this.told, this.toldUp, this.toldDown] = [now, up, down];
    // A picture on its way when the connection broke never comes back.
    for (const [number, time] of this.flying) if (now - time > 5000) {
      this.flying.delete(number);
      this.kept.drop(number);
    }
  }
}

export { KEYS };

const app = globalThis.livecam = new App();
app.start().catch(error => notice(error.message, { wrong: true }));
