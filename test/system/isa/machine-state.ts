/** The state of a sequence before and after, as sequences.c has it: 68 little-endian u64. */

export const STATE_SIZE = 68 * 8;

export interface State {
  pc: bigint;
  /** x1..x31. */
  x: bigint[];
  f: bigint[];
  fcsr: bigint;
  signal: bigint;
  address: bigint;
  checksum: bigint;
}

const X_AT = 1;
const F_AT = 32;
const FCSR_AT = 64;

export function writeState(view: DataView, at: number, state: State): void {
  const put = (index: number, value: bigint): void => view.setBigUint64(at + index * 8, value, true);
  put(0, state.pc);
  state.x.forEach((value, i) => {
    put(X_AT + i, value);
  });
  state.f.forEach((value, i) => {
    put(F_AT + i, value);
  });
  put(FCSR_AT, state.fcsr);
  put(FCSR_AT + 1, state.signal);
  put(FCSR_AT + 2, state.address);
  put(FCSR_AT + 3, state.checksum);
}

export function readState(view: DataView, at: number): State {
  const get = (index: number): bigint => view.getBigUint64(at + index * 8, true);
  return {
    pc: get(0),
    x: Array.from({ length: 31 }, (_, i) => get(X_AT + i)),
    f: Array.from({ length: 32 }, (_, i) => get(F_AT + i)),
    fcsr: get(FCSR_AT),
    signal: get(FCSR_AT + 1),
    address: get(FCSR_AT + 2),
    checksum: get(FCSR_AT + 3),
  };
}
