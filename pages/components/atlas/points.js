// The points: with WebGL, or on a plain canvas where there is none. Both take the same calls: `place`
// when the picture changes, `paint` when colours, sizes or filters do, `draw` for every frame.

const FAINT = 26; // opacity of a point that the filters leave out, 0..255
const CLEAR = 215;
const BESIDE = 60; // of one that passes and is not in the selection
const MISSING = 0; // size of a title without a place

const VERTEX = `
attribute vec3 from, to;
attribute vec4 colour;
attribute float size;
uniform float along, depth, pixel, edge;
uniform mat3 turn;
uniform vec2 centre, scale;
varying vec4 paint;
varying float soft;
void main() {
  vec3 place = turn * mix(from, to, along);
  float near = 1.0 + depth * place.z;
  gl_Position = vec4((place.xy * near - centre) * scale, 0.0, 1.0);
  gl_PointSize = size > 0.0 ? size * pixel * near + edge : 0.0;
  soft = 2.0 * edge / max(gl_PointSize, 1.0);
  paint = colour;
}`;
const FRAGMENT = `
precision mediump float;
varying vec4 paint;
varying float soft;
void main() {
  float off = length(2.0 * gl_PointCoord - 1.0);
  float alpha = paint.a * (1.0 - smoothstep(1.0 - soft, 1.0, off));
  if (alpha <= 0.0) discard;
  gl_FragColor = vec4(paint.rgb * alpha, alpha);
}`;

function createPoints(canvas, lost) {
  const gl = canvas.getContext("webgl", { antialias: false, premultipliedAlpha: true });
  if (!gl) return createPlainPoints(canvas);
  const program = compile(gl);
  const at = (name) => gl.getAttribLocation(program, name);
  const uniform = (name) => gl.getUniformLocation(program, name);
  const places = { from: at("from"), to: at("to"), colour: at("colour"), size: at("size") };
  const names = ["along", "depth", "pixel", "edge", "turn", "centre", "scale"];
  const uniforms = Object.fromEntries(names.map((name) => [name, uniform(name)]));
  const buffers = Object.fromEntries(Object.keys(places).map((name) => [name, gl.createBuffer()]));
  const elements = gl.createBuffer();
  let count = 0;
  canvas.addEventListener("webglcontextlost", (event) => {
    event.preventDefault();
    lost();
  });

  function upload(name, data, width, type, normalised = false) {
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers[name]);
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
    gl.enableVertexAttribArray(places[name]);
    gl.vertexAttribPointer(places[name], width, type, normalised, 0, 0);
  }
  return {
    plain: false,
    place(from, to) {
      upload("from", from, 3, gl.FLOAT);
      upload("to", to, 3, gl.FLOAT);
    },
    paint({ colours, sizes, order }) {
      upload("colour", colours, 4, gl.UNSIGNED_BYTE, true);
      upload("size", sizes, 1, gl.FLOAT);
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, elements);
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, order, gl.DYNAMIC_DRAW);
      count = order.length;
    },
    draw({ view, turn, scale, along, grow, ratio }) {
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.useProgram(program);
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      gl.uniform1f(uniforms.along, along);
      gl.uniform1f(uniforms.depth, view.solid ? DEPTH : 0);
      gl.uniform1f(uniforms.pixel, ratio * grow);
      gl.uniform1f(uniforms.edge, ratio);
      gl.uniformMatrix3fv(uniforms.turn, false, turn);
      gl.uniform2f(uniforms.centre, view.x, view.y);
      gl.uniform2f(uniforms.scale, (2 * scale) / view.width, (2 * scale) / view.height);
      gl.drawElements(gl.POINTS, count, gl.UNSIGNED_INT, 0);
    },
    close: () => gl.getExtension("WEBGL_lose_context")?.loseContext(),
  };
}

function compile(gl) {
  gl.getExtension("OES_element_index_uint");
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
  return program;
}

// Small squares: a canvas fills twelve thousand of them in a few milliseconds, circles in many.
function createPlainPoints(canvas) {
  const context = canvas.getContext("2d");
  let [from, to, paint] = [null, null, null];
  return {
    plain: true,
    place(a, b) {
      [from, to] = [a, b];
    },
    paint(next) {
      paint = next;
    },
    draw({ along, grow, ratio, project }) {
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      const [x, y] = [0, 1];
      const mixed = (i) => from[i] + along * (to[i] - from[i]);
      const found = [0, 0, 0];
      for (const at of paint.order) {
        const size = paint.sizes[at];
        if (size === MISSING) continue;
        project(mixed(3 * at), mixed(3 * at + 1), mixed(3 * at + 2), found);
        const [r, g, b, a] = paint.colours.subarray(4 * at, 4 * at + 4);
        context.fillStyle = `rgb(${r} ${g} ${b} / ${a / 255})`;
        const side = size * grow * found[2] * 0.9;
        context.fillRect(found[x] - side / 2, found[y] - side / 2, side, side);
      }
    },
    close() {},
  };
}

// Colours, sizes and the order to draw in: what is faint lies below, small points above large ones.
function painted(titles, there, passing, chosen, colour, bySize) {
  const n = there.length;
  const colours = new Uint8Array(4 * n);
  const sizes = new Float32Array(n);
  const most = Math.log1p(titles.most);
  for (let at = 0; at < n; at++) {
    const [r, g, b] = colour(at);
    colours[4 * at] = r;
    colours[4 * at + 1] = g;
    colours[4 * at + 2] = b;
    colours[4 * at + 3] = !passing[at] ? FAINT : chosen && !chosen.has(at) ? BESIDE : CLEAR;
    const known = Math.log1p(titles.ratings[at]) / most;
    sizes[at] = there[at] ? (bySize ? 1.7 + 9.5 * known ** 2.2 : 3.4) : MISSING;
  }
  const faint = titles.byPopularity.filter((at) => there[at] && !passing[at]);
  const clear = titles.byPopularity.filter((at) => there[at] && passing[at]);
  return { colours, sizes, order: new Uint32Array([...faint, ...clear]) };
}
