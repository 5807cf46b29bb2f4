/**
 * What address spaces are to programs: pages with a protection and one byte each, told in the plainest way there is.
 */
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { Protection } from '../../../src/services/memory/interface.ts';

/** A page that several mappings show. */
export interface SharedPage {
  value: number;
}

/** A page of a mapping: what it shares with others, if anything, and its own byte once it was written. */
interface ModelPage {
  protection: number;
  /** Bytes behind it: undefined for private memory, null beyond the end of a file. */
  behind: SharedPage | null | undefined;
  shared: boolean;
  own: number | undefined;
}

export class ModelSpace {
  readonly #pages = new Map<number, ModelPage>();

  map(page: number, protection: number, shared: boolean, behind?: SharedPage | null): void {
    this.#pages.set(page, { protection, behind, shared, own: undefined });
  }

  unmap(page: number): void {
    this.#pages.delete(page);
  }

  isMapped(page: number): boolean {
    return this.#pages.has(page);
  }

  /** False when there is no such page. */
  protect(page: number, protection: number): boolean {
    const found = this.#pages.get(page);
    if (found) found.protection = protection;
    return found !== undefined;
  }

  forget(page: number): void {
    const found = this.#pages.get(page);
    if (found) found.own = undefined;
  }

  /** A page takes the place of another; so does a hole between mappings that move together (Linux since 6.17). */
  move(from: number, to: number): void {
    const found = this.#pages.get(from);
    this.#pages.delete(from);
    if (found === undefined) this.#pages.delete(to);
    else this.#pages.set(to, found);
  }

  /** What stands at a page for an extension of its mapping: private clear memory of the same protection. */
  extend(page: number, like: number): void {
    const found = this.#pages.get(like) as ModelPage;
    this.#pages.set(page, { ...found, own: undefined, behind: undefined });
  }

  isPrivateMemory(page: number): boolean {
    const found = this.#pages.get(page);
    return found !== undefined && found.behind === undefined;
  }

  protectionOf(page: number): number | undefined {
    return this.#pages.get(page)?.protection;
  }

  /** The byte of a page, or the negative error of the access. */
  read(page: number): number {
    const found = this.#pages.get(page);
    if (found === undefined) return -ErrorNumber.EFAULT;
    if ((found.protection & (Protection.read | Protection.write)) === 0) return -ErrorNumber.EACCES;
    if (found.own !== undefined) return found.own;
    if (found.behind === null) return -ErrorNumber.EIO;
    return found.behind?.value ?? 0;
  }

  /** 0, or the negative error of the access. */
  write(page: number, value: number): number {
    const found = this.#pages.get(page);
    if (found === undefined) return -ErrorNumber.EFAULT;
    if ((found.protection & Protection.write) === 0) return -ErrorNumber.EACCES;
    if (found.behind === null && found.own === undefined) return -ErrorNumber.EIO;
    if (found.shared && found.behind) found.behind.value = value;
    else found.own = value;
    return 0;
  }

  fork(): ModelSpace {
    const copy = new ModelSpace();
    for (const [page, state] of this.#pages) copy.#pages.set(page, { ...state });
    return copy;
  }
}
