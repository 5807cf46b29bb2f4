// A script whose compiled code is kept: V8 takes it where it was compiled by the same version under the same flags.
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';

const KIND = 'code';
/** Code is kept again after a run so many times as long as the one that kept it: V8 compiles functions when they are called. */
const LONGER = 2;

/** Milliseconds of the process so far. */
const duration = () => process.cpuUsage().user / 1000;

/** @returns the script's value, and what keeps the code that there is by now: if the run was longer, or because it must. */
export function keptScript(kept, source, filename) {
  const key = `${filename} ${source.length} ${cachedDataVersionTag()}`;
  const found = kept.find(KIND, key);
  const cachedData = found?.subarray(8);
  const script = new Script(source, { filename, ...(cachedData === undefined ? {} : { cachedData }) });
  const isKnown = cachedData !== undefined && !script.cachedDataRejected;
  const before = isKnown ? found.readDoubleLE(0) : 0;
  const keep = (must) => {
    const now = duration();
    if (!must && now < before * LONGER) return;
    const head = Buffer.alloc(8);
    head.writeDoubleLE(Math.max(now, before));
    kept.keep(KIND, key, Buffer.concat([head, script.createCachedData()]));
  };
  return { value: script.runInThisContext(), keep };
}
