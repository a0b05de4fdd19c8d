// The page: pictures go up, maps come down, both meet on the stage.

import { Everything } from "./everything.js";
import { Figures } from "./figures.js";
import { listen } from "./keys.js";
import { Link } from "./link.js";
import { $, ClassList, notice } from "./panel.js";
import { Kept, Shrinker, follow, openCamera, openFile } from "./pictures.js";
import { Question } from "./question.js";
import { Stage } from "./stage.js";

/** Pictures that are on their way at the same time. */
const IN_FLIGHT = 2;

/** A picture on its way for longer, ms, never comes back: the connection broke. */
const PATIENCE = 5000;

const hueOf = rgb => `rgb(${rgb.map(each => Math.round(each * 255)).join(" ")})`;

async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error((await response.json()).detail ?? response.statusText);
  return response.json();
}

class App {
  async start() {
    const [model, look, list] = await Promise.all([get("/api/model"), get("/look.json"), get("/api/parameters")]);
    const parameters = new Map(list.map(each => [each.name, each]));
    [this.model, this.look, this.figures] = [model, look, new Figures()];
    this.question = new Question(model, name => parameters.get(name)?.value, settings => this.set(settings));
    this.stage = new Stage(this, look, parameters);
    this.everything = new Everything(parameters, settings => this.put(settings));
    this.classes = new ClassList($("classes"), index => this.question.pin(index));
    this.shrinker = new Shrinker(model.input);
    [this.kept, this.answers] = [new Kept(), new Map()];
    [this.number, this.flying, this.facing, this.frozen, this.explained, this.turn] = [0, new Map(), "environment", false, 0, 0];
    $("model").textContent = model.title || model.name;
    $("device").textContent = model.device;
    $("watch").hidden = $("watch-again").hidden = !model.source;
    this.listenToControls();
    this.listenToFiles();
    listen(this);
    setInterval(() => this.tell(), 500);
    // Whatever was pressed before now would have been lost.
    for (const id of ["ways", "panel"]) $(id).inert = false;
    document.body.dataset.ready = "";
    if (new URLSearchParams(location.search).has("watch")) this.watch();
  }

  listenToControls() {
    const { stage } = this, on = (id, act) => $(id).addEventListener("click", act);
    for (const id of ["start", "camera"]) on(id, () => this.useCamera());
    for (const id of ["watch", "watch-again"]) on(id, () => this.watch());
    on("freeze", () => this.freeze());
    on("snapshot", () => stage.snapshot());
    on("record", () => stage.record());
    on("flip", () => { this.facing = this.facing === "user" ? "environment" : "user"; this.useCamera(); });
    on("full", () => stage.fullScreen());
    on("help", () => this.help());
    for (const id of ["view", "compare"]) $(id).addEventListener("change", () => this.tellIdle());
    $("view").addEventListener("change", () => {
      stage.fresh = this.frozen || !stage.matched || !this.source?.isLive;
      this.wish();
    });
    stage.more.get("view.sync").input.addEventListener("change", event => { if (this.isServers) this.put({ "view.sync": event.target.value }); });
  }

  listenToFiles() {
    for (const id of ["open", "open-first"])
      $(id).addEventListener("change", event => { if (event.target.files[0]) this.useFile(event.target.files[0]); event.target.value = ""; });
    const show = isDropping => $("stage").classList.toggle("dropping", isDropping);
    for (const type of ["dragenter", "dragover"])
      document.addEventListener(type, event => { event.preventDefault(); show(true); });
    document.addEventListener("dragleave", () => show(false));
    document.addEventListener("drop", event => {
      event.preventDefault();
      show(false);
      if (event.dataTransfer.files[0]) this.useFile(event.dataTransfer.files[0]);
    });
  }

  /** Whether the server's source is shown, which is everybody's. */
  get isServers() { return this.source?.kind === "server"; }

  get mirrored() { return Boolean(this.source?.mirrored); }

  get comparing() {
    const { compare, method } = this.question;
    return !this.stage.isDrawn && compare !== "off" && compare !== method && this.found?.sides.length > 0 && $("view").value !== "side";
  }

  /** Says why 'Beside' shows nothing. */
  tellIdle() {
    const { compare, method } = this.question, view = $("view").value;
    if (compare === "off") return;
    if (compare === method) notice(`Beside ${this.question.titleOf(method)} stands the same method: there is nothing to compare.`);
    else if (["side", "picture"].includes(view)) notice(`The view '${view}' shows nothing beside; choose another, for example 'overlay'.`);
  }

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
    this.begin(source, "/ws/camera");
    source.lost?.(reason => notice(reason, { wrong: true }));
    this.unfollow = follow(source, () => this.onPicture());
  }

  /** The server's own source, for everybody. */
  watch() {
    this.begin({ kind: "server", isLive: true, close() {} }, "/ws/source");
    this.stage.offerDrawn(true);
    $("all").hidden = false;
  }

  begin(source, path) {
    this.close();
    this.source = source;
    $("welcome").hidden = true;
    $("flip").hidden = source.kind !== "camera";
    $("frame").classList.toggle("mirrored", this.mirrored);
    this.link = new Link(path, message => this.hear(message), (...how) => this.tellLink(...how));
  }

  close() {
    this.turn++;
    this.figures.clear();
    this.unfollow?.();
    this.source?.close();
    this.link?.close();
    for (const each of [this.flying, this.kept, this.answers]) each.clear();
    this.stand(false);
    $("source").hidden = $("all").hidden = true;
    this.stage.offerDrawn(false);
    [this.source, this.link, this.unfollow, this.lost, this.greeted] = [null, null, null, false, false];
    this.forget();
  }

  /** What was found is not of what is shown now. */
  forget() {
    this.found = null;
    this.stage.heat.explain(null, "");
    this.classes.show([]);
    $("evidence").textContent = "";
    this.stage.redraw();
  }

  /** Tells the server which pictures of its source are wanted. */
  wish() {
    const { isDrawn } = this.stage;
    if (!this.isServers || !this.link?.isOpen || this.wished === isDrawn) return;
    this.wished = isDrawn;
    this.link.say({ drawn: isDrawn });
  }

  tellLink(state, seconds, estimate) {
    if (state === "open") {
      if (this.lost) notice("");
      this.lost = false;
      return;
    }
    // What stands is still what was explained; what moves is not.
    if (!this.lost && this.source?.isLive && !this.frozen) this.forget();
    this.question.giveUp();
    [this.retryAt, this.isBusyFor] = [performance.now() + 1000 * seconds, estimate];
    [this.lost, this.wished, this.greeted] = [true, false, false];
    this.flying.clear();
    this.kept.clear();
    this.tellWait();
  }

  tellWait() {
    if (!this.lost) return;
    const seconds = Math.max(1, Math.ceil((this.retryAt - performance.now()) / 1000));
    const estimate = this.isBusyFor < 120 ? `${this.isBusyFor} s` : `${Math.round(this.isBusyFor / 60)} minutes`;
    notice(`The server is ${this.isBusyFor ? `busy for some ${estimate}` : "gone"}; trying again in ${seconds} s.`, { wrong: true });
  }

  tell() {
    this.tellWait();
    this.tellPreparing();
    this.figures.tell(this.link);
    const now = performance.now();
    for (const [number, time] of this.flying) if (now - time > PATIENCE) {
      this.flying.delete(number);
      this.kept.drop(number);
    }
  }

  /** A layer takes its time the first time. */
  tellPreparing() {
    const { waits, layer } = this.question, isLong = waits && this.waited && this.greeted;
    if (isLong) notice(`Preparing the layer ${layer} …`, { seconds: 0 });
    else if (this.preparing) notice("");
    [this.preparing, this.waited] = [isLong, waits];
  }

  onPicture() {
    if (!this.source || this.frozen) return;
    // Without a server that answers there would be no picture at all.
    [this.stage.fresh, this.unsent] = [!this.stage.matched || !this.source.isLive || !this.found || this.lost, true];
    this.stage.redraw();
    this.send();
  }

  /** Sends the picture, if it was not sent and the server can take one more: the newest wins. */
  send() {
    if (!this.unsent || !this.link?.isOpen || !this.greeted || this.flying.size >= IN_FLIGHT || !this.source || this.isServers) return;
    const number = ++this.number, takenAt = performance.now(), { stage } = this;
    // What stands is what is seen, whatever the camera sees meanwhile.
    const { element, width, height, isLive } = this.source, isKept = stage.matched && isLive && !this.frozen;
    const image = this.frozen ? stage.still : isKept ? this.kept.keep(number, element, width, height) : element;
    const size = this.frozen ? stage.size : isKept ? [image.width, image.height] : [width, height];
    if (this.link.send(this.shrinker.pack(image, ...size, this.mostPixels), number, takenAt)) this.flying.set(number, takenAt);
    this.unsent = false;
  }

  /** A picture that stands is sent again only when there is a reason. */
  sendStill() {
    if (!this.source || this.source.isLive && !this.frozen) return;
    this.unsent = true;
    this.send();
  }

  hear(message) {
    switch (message.type) {
      case "hello": return this.greet(message);
      case "source": return this.tellSource(message);
      case "parameters": return this.settle(message);
      case "problem": return this.complain(message);
      case "skipped": return this.onSkipped(message);
      case "explanation": return this.isServers ? this.onServerExplanation(message.found) : this.onOwnExplanation(message.found);
      case "picture": return this.onServerPicture(message);
    }
  }

  greet(message) {
    // Another network was started in its place: its classes are others.
    if (message.model !== this.model.name) return location.reload();
    [this.greeted, this.mostPixels] = [true, message.framePixels];
    // After the connection was lost the server knows nothing of what was asked.
    const set = this.question.beyond(Object.fromEntries(message.parameters.map(each => [each.name, each.value])), message.layer);
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
    if (values["view.sync"]) this.stage.more.get("view.sync").input.value = values["view.sync"];
    this.everything.settle(values);
    this.settle({ values, layer: this.model.layers.includes(values["explain.layer"]) ? values["explain.layer"] : this.model.layer });
    this.wish();
  }

  settle({ values, layer }) {
    this.question.settle(values, layer);
    // What was refused is mended by what was asked since.
    if (this.refusedAt && performance.now() - this.refusedAt > 300) {
      this.refusedAt = 0;
      notice("");
    }
    this.sendStill();
  }

  complain({ status, title, detail, fix }) {
    this.question.giveUp();
    if (status === 503) return;
    this.refusedAt = performance.now();
    notice(`${title}: ${detail}. ${fix}.`, { wrong: true, seconds: 8 });
  }

  onSkipped({ number, refused }) {
    this.flying.delete(number);
    this.kept.drop(number);
    if (!refused) this.sendStill();
  }

  onOwnExplanation(found) {
    const now = performance.now(), sentAt = this.flying.get(found.number);
    // An answer to a question of before.
    if (sentAt === undefined) return;
    this.flying.delete(found.number);
    this.figures.trips.add(now - sentAt);
    found.takenAt = sentAt;
    const copy = this.kept.take(found.number);
    if (copy && !this.frozen) this.stage.show(copy, copy.width, copy.height);
    this.onExplanation(found);
  }

  /** With 'matched' a picture and its map wait for each other: they come on their own ways, and not all pictures do. */
  onServerExplanation(found) {
    if (this.frozen) return;
    // Two clocks: without the way from there to here.
    found.takenAt = performance.now() - found.serverMs;
    const { matched } = this.stage, copy = matched ? this.kept.take(found.number) : undefined;
    if (copy) this.stage.show(copy, copy.width, copy.height);
    else if (matched && this.found) {
      this.answers.set(found.number, found);
      if (this.answers.size > 16) this.answers.delete(this.answers.keys().next().value);
      return;
    }
    this.onExplanation(found);
  }

  async onServerPicture({ number, jpeg }) {
    const bitmap = await createImageBitmap(jpeg), { width, height } = bitmap;
    this.link?.say({ seen: number });
    if (!this.frozen && this.isServers) {
      const { matched } = this.stage, found = matched ? this.answers.get(number) : undefined;
      if (matched && !found && this.found) this.kept.keep(number, bitmap, width, height);
      else this.stage.show(bitmap, width, height);
      if (found) this.onExplanation(found);
      this.stage.redraw();
    }
    bitmap.close();
  }

  onExplanation(found) {
    const { method, layer, compare } = this.question;
    [found.method, found.compare] = [method, compare];
    this.explained++;
    this.figures.add(performance.now(), found.explainMs);
    this.found = found;
    this.stage.heat.explain(found, `${method} ${layer}`);
    this.showClasses();
    this.stage.redraw();
    this.send();
    if (!this.source?.isLive || this.frozen) this.stage.settle();
  }

  showClasses() {
    const { found, model, look, question: { pinned } } = this, several = found.targets.length > 1;
    this.stage.useHues(several);
    const hueFor = index => {
      const at = found.targets.findIndex(target => target.index === index);
      return at < 0 ? "" : several ? hueOf(look.hues[at]) : "var(--accent)";
    };
    this.classes.show(found.top.map(each => ({ index: each.index, label: model.classes[each.index], probability: each.probability, pinned: each.index === pinned, hue: hueFor(each.index) })));
    const [first] = found.targets, blank = first && first.maximum <= 0;
    const shown = pinned !== undefined && !found.top.some(each => each.index === pinned) ? `Explaining ${model.classes[pinned]}. ` : "";
    $("evidence").textContent = shown + (blank ? `No positive evidence for ${model.classes[first.index]}.` : found.exact ? "" : "This method is only approximate for this network.");
  }

  /** Sets parameters of what is shown: of the page's own pictures, or of the server's source. */
  async set(settings) {
    if (!this.isServers) return this.link?.say({ set: settings });
    if (this.frozen) notice("What stands is the server's, and stays as it was explained; go on to see the change.");
    await this.put(settings);
    this.question.giveUp();
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

  freeze() {
    if (!this.stage.size) return;
    this.stand(!this.frozen);
    if (!this.frozen) notice("");
    if (this.source?.kind === "video") this.source.element[this.frozen ? "pause" : "play"]();
    this.sendStill();
  }

  stand(frozen) {
    this.frozen = frozen;
    this.stage.stand(frozen);
    $("freeze").setAttribute("aria-pressed", String(frozen));
    $("freeze").textContent = frozen ? "Go on" : "Freeze";
  }

  help() { $("keys").showModal(); }
}

const app = globalThis.livecam = new App();
app.start().catch(error => notice(error.message, { wrong: true }));
