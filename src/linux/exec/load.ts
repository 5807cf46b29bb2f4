/**
 * Loading one ELF file into an address space: each segment mapped from the file, the rest of its memory cleared.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import { SpanRight, serviceInterface } from '../../contracts/service.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { MapFlag, memory, Protection } from '../../services/memory/interface.ts';
import { type Executable, extentOf, parseElf, type Segment } from './elf.ts';

export const loader = serviceInterface('linux', {
  /**
   * Maps the executable whose headers lie at `headers` (physical, `headerLength` bytes). A relocatable one goes to `base`,
   * or where the memory service likes when that is 0. Value: what must be added to the file's addresses; second: the
   * first address behind its last segment.
   */
  load: { space: 'number', node: 'number', headers: 'number', headerLength: 'number', base: 'number' },
});

const ELF_EXECUTE = 1;
const ELF_WRITE = 2;
const ELF_READ = 4;

function protectionOf(flags: number): number {
  return (
    (flags & ELF_READ ? Protection.read : 0) |
    (flags & ELF_WRITE ? Protection.write : 0) |
    (flags & ELF_EXECUTE ? Protection.execute : 0)
  );
}

function pageStart(address: number): number {
  return Math.floor(address / PAGE_SIZE) * PAGE_SIZE;
}

function pageEnd(address: number): number {
  return Math.ceil(address / PAGE_SIZE) * PAGE_SIZE;
}

function headersOf(k: Kernel, f: { headers: number; headerLength: number }): Executable {
  return parseElf(k.memory.bytes(f.headers, f.headerLength));
}

/** The request that maps a segment's part in the file, or its anonymous rest. */
function mapping(
  space: number,
  address: number,
  length: number,
  segment: Segment,
  node: number,
  offset: number,
) {
  return {
    space,
    address,
    length,
    protection: protectionOf(segment.flags),
    flags: MapFlag.private | MapFlag.fixed | (node === 0 ? MapFlag.anonymous : 0),
    file: node,
    offset,
    fileRights: node === 0 ? 0 : 1,
  };
}

const load = operation(loader.load, ['index', 'bias', 'end'], {
  begin(k, f) {
    const executable = headersOf(k, f);
    // In real memory a program lies in one block, whose parts its segments fill.
    if (!executable.relocatable && !k.hasRealMemory) return k.goto('segment');
    const { start, length } = extentOf(executable);
    const named = f.base !== 0 || !executable.relocatable;
    const free = !named || (k.hasRealMemory && executable.relocatable);
    const fixed = free ? 0 : MapFlag.fixed;
    const reservation = {
      space: f.space,
      address: named ? f.base + start : 0,
      length,
      protection: Protection.none,
      flags: MapFlag.private | MapFlag.anonymous | MapFlag.noReserve | fixed,
      file: 0,
      offset: 0,
      fileRights: 0,
    };
    return k.call(memory.map, reservation, 'reserved');
  },
  reserved(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.bias = reply.value - extentOf(headersOf(k, f)).start;
    return k.goto('segment');
  },
  segment(k, f) {
    const segment = headersOf(k, f).segments[f.index];
    if (segment === undefined) return k.done(f.bias, f.end);
    const address = f.bias + segment.address;
    f.end = address + segment.memorySize;
    if (segment.fileSize === 0) return k.goto('rest');
    const start = pageStart(address);
    const offset = pageStart(segment.offset);
    const length = segment.fileSize + (address - start);
    return k.call(memory.map, mapping(f.space, start, length, segment, f.node, offset), 'mapped');
  },
  mapped(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const segment = headersOf(k, f).segments[f.index] as Segment;
    const end = f.bias + segment.address + segment.fileSize;
    const clears =
      segment.memorySize > segment.fileSize && end < pageEnd(end) && (segment.flags & ELF_WRITE) !== 0;
    if (!clears) return k.goto('rest');
    return k.call(memory.supply, { space: f.space, address: end, length: 1, access: Access.write }, 'clear');
  },
  clear(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const segment = headersOf(k, f).segments[f.index] as Segment;
    const start = f.bias + segment.address + segment.fileSize;
    const zeros = k.frames.allocate(k.domain, FrameUse.slab);
    if (zeros === 0) return k.fail(ErrorNumber.ENOMEM);
    const length = pageEnd(start) - start;
    k.toSpan({ space: f.space, start, length, rights: SpanRight.write }, 0, zeros * PAGE_SIZE, length);
    k.frames.release(zeros);
    return k.goto('rest');
  },
  rest(k, f) {
    const segment = headersOf(k, f).segments[f.index] as Segment;
    const address = f.bias + segment.address;
    const start = segment.fileSize === 0 ? pageStart(address) : pageEnd(address + segment.fileSize);
    const end = pageEnd(address + segment.memorySize);
    f.index += 1;
    if (start >= end) return k.goto('segment');
    return k.call(memory.map, mapping(f.space, start, end - start, segment, 0, 0), 'next');
  },
  next(k, _f, reply) {
    return reply.error === 0 ? k.goto('segment') : k.fail(reply.error);
  },
});

export const loadOperations: readonly Operation[] = [load];
