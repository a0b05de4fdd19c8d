// Draws the heat with the desktop's own shaders (look.json), on WebGL 2. Its canvas lies over that of the picture, and says how much of each pixel it covers: colours are
// multiplied by that already, so the browser's blending is the desktop's.

import { Smoother } from "./smoother.js";

const MAPS = 5;
// Texels for each cell of a map: linear interpolation between them stays within 1 % of the cubic.
const enlargement = cells => cells <= 64 ? 8 : 2;
// Where a processor draws it, smooth heat is drawn this wide and enlarged.
const SOFTWARE_WIDTH = 320;

export class Heat {
  /** @throws when the browser has no WebGL 2. */
  constructor(canvas, look) {
    const gl = this.gl = canvas.getContext("webgl2", { alpha: true, premultipliedAlpha: true, antialias: false, preserveDrawingBuffer: true, powerPreference: "low-power" });
    if (!gl) throw new Error("This browser has no WebGL 2, which the heatmap is drawn with.");
    [this.canvas, this.look] = [canvas, look];
    this.smoothers = Array.from({ length: MAPS }, () => new Smoother());
    this.rival = new Smoother();
    [this.found, this.movedAt] = [null, 0];
    // Phones take it away from pages that are not looked at, and give an empty one back.
    canvas.addEventListener("webglcontextlost", event => event.preventDefault());
    canvas.addEventListener("webglcontextrestored", () => this.prepare());
    this.prepare();
  }

  /** Makes everything that lies in the graphics memory. */
  prepare() {
    const { gl, look } = this;
    this.programs = new Map();
    // Half floats can be drawn to where this is there; otherwise heat has 256 steps.
    this.floats = gl.getExtension("EXT_color_buffer_float") || gl.getExtension("EXT_color_buffer_half_float");
    const names = gl.getExtension("WEBGL_debug_renderer_info");
    this.isSoftware = /swiftshader|llvmpipe|softpipe|software/i.test(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
    this.maps = this.texture(gl.NEAREST);
    this.lookups = look.colormaps.map(map => this.lookup(map.bgra));
    this.fields = [this.target(), this.target()];
    this.hues = this.target();
    gl.bindVertexArray(gl.createVertexArray());
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  }

  /** What was found last; null for nothing. */
  explain(found, method) {
    if (!found || method !== this.method) {
      for (const smoother of [...this.smoothers, this.rival]) smoother.forget();
    }
    [this.found, this.method] = [found, method];
  }

  /** Draws over a picture of that size. @param look {view, colormap (index), opacity, threshold, contours, divider, smoothing, scaleTime, raw, swipe, opacities (of each class)}. */
  draw(look, now, pictureWidth, pictureHeight) {
    const gl = this.gl, side = look.view === "side";
    if (gl.isContextLost()) return;
    // Lines are drawn pixel for pixel everywhere.
    const scale = this.isSoftware && look.view !== "contours" ? Math.min(1, SOFTWARE_WIDTH / pictureWidth) : Math.min(1, 1280 / pictureWidth);
    const [width, height] = [Math.max(1, Math.round(pictureWidth * scale)), Math.max(1, Math.round(pictureHeight * scale))];
    const across = side ? 2 * width : width;
    if (this.canvas.width !== across || this.canvas.height !== height) [this.canvas.width, this.canvas.height] = [across, height];
    this.move(look, now);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.disable(gl.BLEND);
    gl.disable(gl.SCISSOR_TEST);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (!this.found || look.view === "picture") return;
    gl.viewport(side ? width : 0, 0, width, height);
    const compared = look.swipe && this.found.sides.length > 0;
    const cut = Math.round(look.divider * width);
    if (compared || look.view === "wipe") {
      gl.enable(gl.SCISSOR_TEST);
      gl.scissor(cut, 0, width - cut, height);
    }
    this.overlay(look, compared ? this.fields[1] : this.fields[0], height);
    if (compared) {
      gl.scissor(0, 0, cut, height);
      this.overlay(look, this.fields[0], height);
    }
    gl.disable(gl.SCISSOR_TEST);
  }

  /** Moves what is shown towards what was found, and enlarges it. */
  move(look, now) {
    const found = this.found;
    if (!found) return;
    const seconds = this.movedAt ? (now - this.movedAt) / 1000 : 1e9;
    this.movedAt = now;
    const approach = tau => tau <= 0 ? 1 : 1 - Math.exp(-seconds / tau);
    const [share, scaleShare] = look.raw ? [1, 1] : [approach(look.smoothing), approach(look.scaleTime)];
    const [cells, count] = [found.width * found.height, Math.min(MAPS, found.targets.length)];
    const heat = new Float32Array(cells * MAPS);
    for (let i = 0; i < count; i++) {
      this.smoothers[i].approach(found.targets[i], cells, share, scaleShare);
      this.smoothers[i].write(heat, i * cells);
    }
    if (look.view === "hues") this.enlarge(heat, count, "hues.frag", this.hues, look.opacities);
    this.enlarge(heat, count, "field.frag", this.fields[0]);
    if (found.sides.length === 0) return;
    this.rival.approach({ ...found.sides[0], index: found.targets[0].index }, cells, share, scaleShare);
    this.rival.write(heat, 0);
    this.enlarge(heat, 1, "field.frag", this.fields[1]);
  }

  enlarge(heat, count, shader, target, opacities) {
    const gl = this.gl, { width, height } = this.found;
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.maps);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, width, height * MAPS, 0, gl.RED, gl.FLOAT, heat);
    this.fit(target, width * enlargement(width), height * enlargement(height), shader === "hues.frag");
    gl.bindFramebuffer(gl.FRAMEBUFFER, target.frame);
    gl.viewport(0, 0, target.width, target.height);
    gl.disable(gl.BLEND);
    gl.disable(gl.SCISSOR_TEST);
    this.pass(shader, false, program => {
      this.bind(program, "maps", this.maps, 0);
      gl.uniform2f(this.at(program, "size"), width, height);
      if (shader !== "hues.frag") return;
      gl.uniform1i(this.at(program, "count"), count);
      for (let i = 0; i < MAPS; i++) {
        gl.uniform3fv(this.at(program, `hues[${i}]`), this.look.hues[i]);
        gl.uniform1f(this.at(program, `opacities[${i}]`), opacities[i]);
      }
    });
  }

  overlay(look, field, height) {
    const gl = this.gl, hues = look.view === "hues";
    const variant = { contours: "CONTOURS", spotlight: "SPOTLIGHT", hues: "HUES", map: "MAP" }[look.view] ?? "OVERLAY";
    this.pass(`heatmap.frag ${variant}`, true, program => {
      this.bind(program, "field", hues ? this.hues.texture : field.texture, 0);
      this.bind(program, "lookup", this.lookups[look.colormap], 1);
      gl.uniform4fv(this.at(program, "region"), this.found.region);
      for (const [name, value] of [["opacity", look.opacity], ["threshold", look.threshold], ["contours", look.contours], ["lineWidth", Math.max(1.5, height / 360)]])
        gl.uniform1f(this.at(program, name), value);
    });
  }

  /** Two triangles. On the screen the origin is below, in a texture above. */
  pass(shader, onScreen, set) {
    const gl = this.gl, program = this.program(shader);
    gl.useProgram(program.id);
    set(program);
    gl.uniform4fv(this.at(program, "rectangle"), onScreen ? [-1, 1, 2, -2] : [-1, -1, 2, 2]);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  bind(program, name, texture, unit) {
    const gl = this.gl;
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.uniform1i(this.at(program, name), unit);
  }

  at(program, name) {
    if (!program.places.has(name)) program.places.set(name, this.gl.getUniformLocation(program.id, name));
    return program.places.get(name);
  }

  program(shader) {
    if (!this.programs.has(shader)) this.programs.set(shader, this.link(shader));
    return this.programs.get(shader);
  }

  link(shader) {
    const gl = this.gl, id = gl.createProgram();
    for (const [type, name] of [[gl.VERTEX_SHADER, "fullscreen.vert"], [gl.FRAGMENT_SHADER, shader]]) {
      const part = gl.createShader(type);
      gl.shaderSource(part, this.look.shaders[name]);
      gl.compileShader(part);
      if (!gl.getShaderParameter(part, gl.COMPILE_STATUS)) throw new Error(`${name}: ${gl.getShaderInfoLog(part)}`);
      gl.attachShader(id, part);
    }
    gl.linkProgram(id);
    if (!gl.getProgramParameter(id, gl.LINK_STATUS)) throw new Error(`${shader}: ${gl.getProgramInfoLog(id)}`);
    return { id, places: new Map() };
  }

  texture(filter) {
    const gl = this.gl, texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    for (const [name, value] of [[gl.TEXTURE_MIN_FILTER, filter], [gl.TEXTURE_MAG_FILTER, filter], [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE], [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE]])
      gl.texParameteri(gl.TEXTURE_2D, name, value);
    return texture;
  }

  lookup(base64) {
    const gl = this.gl, bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0)), texture = this.texture(gl.NEAREST);
    for (let i = 0; i < bytes.length; i += 4) [bytes[i], bytes[i + 2]] = [bytes[i + 2], bytes[i]];
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    return texture;
  }

  target() {
    return { texture: this.texture(this.gl.LINEAR), frame: this.gl.createFramebuffer(), width: 0, height: 0 };
  }

  fit(target, width, height, colours) {
    if (target.width === width && target.height === height) return;
    const gl = this.gl, floats = this.floats && !colours;
    gl.bindTexture(gl.TEXTURE_2D, target.texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, floats ? gl.R16F : gl.RGBA8, width, height, 0, floats ? gl.RED : gl.RGBA, floats ? gl.HALF_FLOAT : gl.UNSIGNED_BYTE, null);
    gl.bindFramebuffer(gl.FRAMEBUFFER, target.frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, target.texture, 0);
    [target.width, target.height] = [width, height];
  }
}
