// The page of the browser test: runs the jobs with what the page fetches and tells its server the results.
import { BrowserConsole, browserWorld, fetchedPrograms } from '../../../src/host/browser/index.ts';
import { JOBS, type JobResult, runJob } from './jobs.ts';

async function results(): Promise<JobResult[]> {
  const programs = await fetchedPrograms('/prebuilt/');
  const all: JobResult[] = [];
  for (const job of JOBS) {
    let text = '';
    const decoder = new TextDecoder();
    const console = new BrowserConsole({
      send: (_stream, bytes) => {
        text += decoder.decode(bytes, { stream: true });
      },
      terminal: [false, false, false],
    });
    console.end();
    all.push(
      await runJob(
        job,
        (layers) => browserWorld({ layers, console }),
        programs,
        () => text,
      ),
    );
  }
  return all;
}

function tell(what: object): Promise<Response> {
  return fetch('/result', { method: 'POST', body: JSON.stringify(what) });
}

addEventListener('error', ({ message }) => void tell({ error: message }));
results().then(
  (all) => tell({ results: all }),
  (error: unknown) =>
    tell({ error: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) }),
);
