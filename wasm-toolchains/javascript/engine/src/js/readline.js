// `node:readline`: lines of standard input.

import { EventEmitter } from "node:events";

class Interface extends EventEmitter {
  #input;
  #flows = false;
  constructor(input) {
    super();
    this.#input = input;
  }
  on(name, listener) {
    super.on(name, listener);
    if (name === "line" && !this.#flows) {
      this.#flows = true;
      const pump = async () => {
        for await (const line of this) this.emit("line", line);
        this.emit("close");
      };
      setTimeout(() => pump().catch((error) => this.emit("error", error)), 0);
    }
    return this;
  }
  async *[Symbol.asyncIterator]() {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of this.#input) {
      rest += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
      const lines = rest.split(/\r?\n/);
      rest = lines.pop();
      yield* lines;
    }
    rest += decoder.decode();
    if (rest !== "") yield rest;
  }
  close() {
    this.emit("close");
  }
  setPrompt() {}
  prompt() {}
}

export const createInterface = (options) => new Interface(options.input ?? options);
export default { createInterface };
