/**
 * The pages that an exec works with, in one record: headers of the program and of its interpreter, and the strings that
 * scripts put before the program's own arguments.
 */
import type { ViewOf } from '../../contracts/records.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { record } from '../../kernel/records.ts';

export const ExecPages = record('ExecPages', {
  headers: 'u32',
  interpreterHeaders: 'u32',
  /** NUL-ended strings, one after another; the first is the path of the file to execute. */
  prefix: 'u32',
  prefixLength: 'u32',
  prefixCount: 'u32',
});

export function execPagesAt(k: Kernel, pages: PhysicalAddress): ViewOf<typeof ExecPages.schema> {
  return ExecPages.at(k.store, pages);
}

/** The record with its three pages, or 0. */
export function createExecPages(k: Kernel): PhysicalAddress {
  const address = k.slab.allocate(k.domain, ExecPages.size);
  if (address === 0) return 0;
  const view = execPagesAt(k, address);
  const frames = [0, 0, 0].map(() => k.frames.allocate(k.domain, FrameUse.slab));
  const [headers = 0, interpreterHeaders = 0, prefix = 0] = frames;
  view.headers = headers * PAGE_SIZE;
  view.interpreterHeaders = interpreterHeaders * PAGE_SIZE;
  view.prefix = prefix * PAGE_SIZE;
  if (!frames.includes(0)) return address;
  destroyExecPages(k, address);
  return 0;
}

export function destroyExecPages(k: Kernel, address: PhysicalAddress): void {
  const { headers, interpreterHeaders, prefix } = execPagesAt(k, address);
  for (const page of [headers, interpreterHeaders, prefix])
    if (page !== 0) k.frames.release(page / PAGE_SIZE);
  k.slab.release(address);
}

/** The strings before the arguments, without their NULs. */
export function prefixStrings(k: Kernel, pages: PhysicalAddress): Uint8Array[] {
  const { prefix, prefixLength } = execPagesAt(k, pages);
  const bytes = k.memory.bytes(prefix, prefixLength);
  const strings: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0, at);
    strings.push(bytes.slice(at, end));
    at = end + 1;
  }
  return strings;
}

/** Replaces the strings; false when they do not fit in their page. */
export function storePrefix(k: Kernel, pages: PhysicalAddress, strings: readonly Uint8Array[]): boolean {
  const length = strings.reduce((sum, text) => sum + text.length + 1, 0);
  if (length > PAGE_SIZE) return false;
  const view = execPagesAt(k, pages);
  let at = view.prefix;
  for (const text of strings) {
    k.memory.store(at, text);
    k.memory.u8[at + text.length] = 0;
    at += text.length + 1;
  }
  k.examine(length);
  view.prefixLength = length;
  view.prefixCount = strings.length;
  return true;
}
