// For tests in Node: `node --import ./.flow/sdk/javascript/register.js --test`
// finds the module `flow` beside this file.

import * as module from "node:module";

const sdk = new URL("./flow.js", import.meta.url).href;

if (module.registerHooks) {
  module.registerHooks({
    resolve: (name, context, next) => (name === "flow" ? { url: sdk, shortCircuit: true } : next(name, context)),
  });
} else {
  // Before Node 22.15.
  const hooks = `export const resolve = (name, context, next) =>
    name === "flow" ? { url: ${JSON.stringify(sdk)}, shortCircuit: true } : next(name, context);`;
  module.register(`data:text/javascript,${encodeURIComponent(hooks)}`);
}
