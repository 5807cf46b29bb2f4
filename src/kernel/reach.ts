/**
 * The reach of the kernel and its servers: where translation is modelled, each access to a record is one to a page, through
 * the translation cache of the hart that executes.
 *
 * A server's own pages are in its address space, each at the address that it has in physical memory (as L4's first pager maps
 * memory). Everything else is reached by the kernel, in its mapping of all memory; how that is made, the machine profile says.
 * Rules of use: who gives a frame to a domain, or takes one away, calls `changed`.
 */
import { Access, type Touching } from '../contracts/machine.ts';
import { PAGE_SHIFT, PAGE_SIZE, type PhysicalAddress } from '../contracts/units.ts';
import type { Words } from './meter.ts';
import { Account, AddressSpace, Domain, Frame, KernelRoot, MeterCells } from './objects.ts';
import type { RecordStore } from './records.ts';

/** In the place of the page that was touched last: none. */
const NO_PAGE = -1;

export class Reach {
  readonly #u32: Uint32Array;
  readonly #f64: Float64Array;
  readonly #observer: RecordStore;
  readonly #account: number;
  readonly #frameTable: PhysicalAddress;
  readonly #firstFrame: number;
  // wiring: the processor is made after the meter
  #translator: Touching | undefined;
  // cache: the last access, so that the next one to its page need not ask; a hit changes nothing in the translation caches
  #page = NO_PAGE;
  // cache: as #page, of the same access
  #domain = 0;
  // cache: as #page, of the same access
  #changes = 0;

  /** @param observer a store that does not charge. @param cells address of the MeterCells. @param root of the KernelRoot. */
  constructor(
    { u32, f64 }: Pick<Words, 'u32' | 'f64'>,
    observer: RecordStore,
    cells: PhysicalAddress,
    root: PhysicalAddress,
  ) {
    this.#u32 = u32;
    this.#f64 = f64;
    this.#observer = observer;
    this.#account = (cells + MeterCells.offsets.account) / 8;
    const { frameTable, firstFrame } = KernelRoot.at(observer, root);
    this.#frameTable = frameTable;
    this.#firstFrame = firstFrame;
  }

  attach(translator: Touching): void {
    this.#translator = translator;
  }

  /** An access within a page by the domain that executes. */
  check(address: PhysicalAddress, _width: number, writing: boolean): void {
    const translator = this.#translator;
    const account = this.#f64[this.#account] as number;
    if (translator === undefined || account === 0) return;
    const domain = this.#u32[(account + Account.offsets.domain) >>> 2] as number;
    const page = address >>> PAGE_SHIFT;
    const access = writing ? Access.write : Access.read;
    if (page === this.#page && domain === this.#domain && translator.translationChanges === this.#changes) {
      translator.touchAgain(access);
      return;
    }
    const tag = this.#ownTag(page, domain);
    const held =
      tag === 0 ? translator.touchAsKernel(address, access) : translator.touch(tag, address, access);
    this.#page = held ? page : NO_PAGE;
    this.#domain = domain;
    this.#changes = translator.translationChanges;
  }

  /** An access to all bytes of a range. */
  range(start: PhysicalAddress, length: number, writing: boolean): void {
    for (let at = start; at < start + length; at = (Math.floor(at / PAGE_SIZE) + 1) * PAGE_SIZE)
      this.check(at, 1, writing);
  }

  /** A frame is given to a domain, or taken from it: what a server had of it is unmapped. */
  changed(frame: number, owner: PhysicalAddress): void {
    this.#page = NO_PAGE;
    const tag = owner === 0 ? 0 : this.#tagOf(owner);
    if (tag !== 0) this.#translator?.forgetPage(0, tag, frame * PAGE_SIZE);
  }

  /** The tag of the executing domain's space when a page is a server's own; 0 when the kernel reaches it. */
  #ownTag(page: number, domain: PhysicalAddress): number {
    if (page < this.#firstFrame) return 0;
    const record = this.#frameTable + (page - this.#firstFrame) * Frame.size;
    return this.#u32[(record + Frame.offsets.owner) >>> 2] === domain ? this.#tagOf(domain) : 0;
  }

  /** The tag of a server's address space; 0 of any other domain. */
  #tagOf(domain: PhysicalAddress): number {
    const { privilege, plan, space } = Domain.at(this.#observer, domain);
    return privilege !== 0 || plan === 0 || space === 0 ? 0 : AddressSpace.at(this.#observer, space).tag;
  }
}
