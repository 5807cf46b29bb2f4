/** Single words of a policy's records, charged and guarded like the fields of a record. */
import type { RecordStore } from '../../kernel/records.ts';

export function readWord(store: RecordStore, address: number): number {
  store.guard?.check(address, 4, false);
  (store.f64[store.readCell] as number) += 1;
  return store.u32[address >>> 2] as number;
}

export function writeWord(store: RecordStore, address: number, value: number): void {
  store.guard?.check(address, 4, true);
  (store.f64[store.writeCell] as number) += 1;
  store.u32[address >>> 2] = value;
}
