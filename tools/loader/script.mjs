// A script whose compiled code is kept: V8 takes it where it was compiled by the same version under the same flags.
import { cachedDataVersionTag, getHeapCodeStatistics } from 'node:v8';
import { Script } from 'node:vm';

const KIND = 'code';
/** Code is kept again when a run has come to so many times what the kept code was made of: functions are compiled when called. */
const GROWTH = 1.08;

const compiledBytes = () => getHeapCodeStatistics().bytecode_and_metadata_size;

/** @returns the script's value, and what keeps the code that there is by now. */
export function keptScript(kept, source, filename) {
  const key = `${filename} ${source.length} ${cachedDataVersionTag()}`;
  const found = kept.find(KIND, key);
  const cachedData = found?.subarray(4);
  const script = new Script(source, { filename, ...(cachedData === undefined ? {} : { cachedData }) });
  const isKnown = cachedData !== undefined && !script.cachedDataRejected;
  const before = isKnown ? found.readUInt32LE(0) : 0;
  const keep = () => {
    const now = compiledBytes();
    if (now < before * GROWTH) return;
    const size = Buffer.alloc(4);
    size.writeUInt32LE(now);
    kept.keep(KIND, key, Buffer.concat([size, script.createCachedData()]));
  };
  return { value: script.runInThisContext(), keep };
}
