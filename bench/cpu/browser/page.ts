// The page of cpu-browser: runs the kernel that its server names and tells the server how long it took.
import { BrowserConsole, browserWorld } from '../../../src/host/browser/index.ts';
import { runKernel } from './kernel.ts';

async function result(): Promise<object> {
  const kernel: { readonly name: string; readonly size: string } = await (await fetch('/kernel')).json();
  const bytes = new Uint8Array(await (await fetch('/program')).arrayBuffer());
  let text = '';
  const decoder = new TextDecoder();
  const console = new BrowserConsole({
    send: (_stream, sent) => {
      text += decoder.decode(sent, { stream: true });
    },
    terminal: [false, false, false],
  });
  console.end();
  return runKernel(
    kernel,
    bytes,
    (layers) => browserWorld({ layers, console }),
    () => text,
  );
}

const tell = (what: object): Promise<Response> =>
  fetch('/result', { method: 'POST', body: JSON.stringify(what) });

result().then(tell, (error: unknown) => tell({ error: String(error) }));
