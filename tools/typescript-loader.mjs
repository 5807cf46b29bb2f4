// Lets Node import TypeScript: `node --import ./tools/typescript-loader.mjs`. The tests use it, so that they run the code as Node
// runs the program: bindings between modules cost nothing, and a module is loaded as it is instead of through a test runner's server.
import { register } from 'node:module';

process.setSourceMapsEnabled(true);
register('./typescript-hooks.mjs', import.meta.url);
