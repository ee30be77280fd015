// Python in a page, behind three functions: start, run, stop. Another runtime replaces this file and worker.js.
// What it needs comes as scripts of this folder, since a page opened as a file may fetch nothing else.
const live = { assets: {} };

/** What a browser lacks of what the runtime needs, in words; empty if nothing. */
live.lacking = () => {
  // A function with `try_table`: exceptions of WebAssembly in their final form.
  const exceptions = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 31, 64, 0, 11, 11]);
  const needs = {
    WebAssembly: () => typeof WebAssembly === "object",
    "exceptions of WebAssembly (Chrome and Edge 137, Firefox 131)": () => WebAssembly.validate(exceptions),
    Worker: () => typeof Worker === "function",
    DecompressionStream: () => typeof DecompressionStream === "function",
  };
  return Object.keys(needs).find((name) => { try { return !needs[name](); } catch { return true; } }) ?? "";
};

live.runtime = (folder) => {
  let worker, answer, module, starts = 0;

  const load = (name) => live.assets[name] ? Promise.resolve() : new Promise((loaded, failed) => {
    const script = document.createElement("script");
    script.src = `${folder}${name}.js`;
    script.onload = loaded;
    script.onerror = () => failed(new Error(`${name}.js is missing; run \`make live\` again`));
    document.head.append(script);
  });

  const ask = (message) => new Promise((given, failed) => {
    answer = { given, failed };
    worker.postMessage(message);
  });

  const stop = () => {
    starts += 1;
    worker?.terminate();
    worker = undefined;
    answer?.failed(new Error("stopped"));
    answer = undefined;
  };

  return {
    /** Start Python for a chapter, such as "chapters/a"; resolves with the bytes of memory it holds. */
    async start(chapter) {
      const mine = ++starts;
      await Promise.all(["worker", "files", ...(module ? [] : ["python"])].map(load));
      if (mine !== starts) throw new Error("stopped");
      const address = URL.createObjectURL(new Blob([live.assets.worker], { type: "text/javascript" }));
      worker = new Worker(address);
      URL.revokeObjectURL(address);
      worker.onmessage = ({ data }) => {
        const { given, failed } = answer ?? {};
        answer = undefined;
        if (data.error) { stop(); failed?.(new Error(data.error)); } else given?.(data);
      };
      worker.onerror = (event) => { const { failed } = answer ?? {}; answer = undefined; stop(); failed?.(new Error(event.message)); };
      const { python, files } = live.assets;
      const started = await ask({ start: { python: module ?? python, files, chapter } });
      module = started.module; // compiled once; the next start is faster
      delete live.assets.python;
      return started.memory;
    },
    /** Run code; resolves with { done, outputs: [{ data: { type: text }, html? }], memory }. Rejects if Python itself ended. */
    run: (code) => ask({ run: code }),
    /** End Python at once, whatever it does; all that it has computed is gone. */
    stop,
  };
};
