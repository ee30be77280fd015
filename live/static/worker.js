// The runtime itself: CPython as WebAssembly, on files in memory. The WASI shim stands above this in the same script.
const LIBRARY = "/usr/local/lib", ARCHIVE = "python315.zip"; // where it looks for its modules: a folder serves as well
const HOME = "/tmp/home";
const NOT_SUPPORTED = 58; // WASI's answer to a call that the shim does not know

const decoded = (text) => Uint8Array.fromBase64 ? Uint8Array.fromBase64(text) : Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
const unpacked = (text, type = "") =>
  new Response(new Blob([decoded(text)]).stream().pipeThrough(new DecompressionStream("gzip")), { headers: { "Content-Type": type } });

/** The files of a pack (see live/packing.py) as a folder of the shim; their bytes are not copied. */
const folder = (pack) => {
  const root = new Map();
  let place = 4 + new DataView(pack.buffer).getUint32(0, true);
  const index = JSON.parse(new TextDecoder().decode(pack.subarray(4, place)));
  for (const [path, size] of Object.entries(index)) {
    const names = path.split("/");
    const last = names.pop();
    let inner = root;
    for (const name of names) {
      if (!inner.has(name)) inner.set(name, new Directory(new Map()));
      inner = inner.get(name).contents;
    }
    const file = new File([]);
    file.data = pack.subarray(place, place += size);
    inner.set(last, file);
  }
  return root;
};

let python, reply, said;

/** Let Python carry out a statement; return what the kernel replied. */
const turn = (statement) => {
  const bytes = new TextEncoder().encode(statement);
  const place = python.host_alloc(bytes.length);
  if (!place) throw new Error("found too little memory");
  new Uint8Array(python.memory.buffer).set(bytes, place);
  [reply, said] = [undefined, ""];
  python.turn(place, bytes.length);
  if (!reply) throw new Error(said.trim().split("\n").pop() || "Python gave no answer");
  return { ...reply, memory: python.memory.buffer.byteLength };
};

const start = async ({ python: given, files: pack, chapter }) => {
  const compiling = given instanceof WebAssembly.Module ? given : WebAssembly.compileStreaming(unpacked(given, "application/wasm"));
  const [module, whole] = await Promise.all([compiling, unpacked(pack).arrayBuffer()]);
  const output = ConsoleStdout.lineBuffered((line) => { try { reply = JSON.parse(line); } catch { /* said by a library in C */ } });
  const complaints = ConsoleStdout.lineBuffered((line) => { said += `${line}\n`; });
  const files = [
    new OpenFile(new File([])), output, complaints,
    new PreopenDirectory(LIBRARY, new Map([[ARCHIVE, new Directory(folder(new Uint8Array(whole)))]])),
    new PreopenDirectory("/dev", new Map([["null", new File([])]])),
    new PreopenDirectory("/tmp", new Map([["home", new Directory(new Map())]])),
  ];
  const environment = ["TMPDIR=/tmp", `HOME=${HOME}`, `IPYTHONDIR=${HOME}`, `MPLCONFIGDIR=${HOME}`, "PYTHONTZPATH=",
    "MPLBACKEND=module://matplotlib_inline.backend_inline", `MATPLOTLIBRC=${LIBRARY}/${ARCHIVE}/bookpress/run/kernels/matplotlibrc`,
    "PYTHONHASHSEED=0", "PYTHONDONTWRITEBYTECODE=1", "NO_COLOR=1"];
  const system = new WASI(["/usr/local/bin/python.wasm"], environment, files, { debug: false });
  const calls = system.wasiImport;
  for (const { module: from, name } of WebAssembly.Module.imports(module))
    if (from !== "host") calls[name] ??= () => NOT_SUPPORTED;
  system.inst = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: calls, host: { call: () => -1 } });
  python = system.inst.exports;
  python._initialize();
  const { memory } = turn(`__import__("live_kernel").start(${JSON.stringify(chapter)})`);
  return { module, memory };
};

onmessage = async ({ data }) => {
  try {
    postMessage(data.start ? await start(data.start) : turn(`__import__("live_kernel").run(${JSON.stringify(data.run)})`));
  } catch (error) {
    postMessage({ error: error.message || String(error) });
  }
};
