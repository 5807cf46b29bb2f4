/**
 * The operation `fetch`: what a step was missing comes from the block service. Blocks of metadata go into buffers, pages of
 * files into the page cache.
 */
import { SECTOR_SIZE } from '../../../contracts/disk.ts';
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { OutcomeNumber } from '../../../contracts/service.ts';
import { NEVER, PAGE_SIZE } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import { installClean, isPresent } from '../pages.ts';
import { bring, bringing, PENDING, Want } from '../pending.ts';
import { nodeAt } from '../records.ts';
import { localSpan } from '../spans.ts';
import { allocatePage } from '../storage.ts';
import { mapped } from './block-map.ts';
import { findBuffer, makeBuffer } from './buffers.ts';
import { blockDevice, storing } from './interface.ts';
import { BufferState, bufferAt, Volume, type VolumeView, volumeAt, volumeOf } from './records.ts';

interface BringFrame {
  readonly kind: number;
  readonly subject: number;
  readonly index: number;
  buffer: number;
  frame: number;
  generation: number;
  done: number;
}

const LOCALS = ['buffer', 'frame', 'generation', 'done'] as const;

/** The first sector of a block. */
export function sectorOf(v: VolumeView, block: number): number {
  return (block * v.blockSize) / SECTOR_SIZE;
}

function waitArrival(k: Kernel, f: BringFrame): OutcomeNumber {
  return k.wait([f.subject + Volume.offsets.arrivals], NEVER, 'arrived', false);
}

function bringBlock(k: Kernel, f: BringFrame): OutcomeNumber {
  const v = volumeAt(k, f.subject);
  const known = findBuffer(k, v, f.index);
  if (known !== 0) return bufferAt(k, known).state === BufferState.loading ? waitArrival(k, f) : k.done();
  const made = makeBuffer(k, v, f.index);
  if (made === PENDING) return k.call(storing.push, { volume: f.subject }, 'begin');
  if (made < 0) return k.fail(-made);
  f.buffer = made;
  const into = localSpan(bufferAt(k, made).data, v.blockSize);
  return k.call(blockDevice.read, { disk: v.disk, sector: sectorOf(v, f.index), into }, 'blockRead');
}

function bringArrival(k: Kernel, f: BringFrame): OutcomeNumber {
  const v = volumeAt(k, f.subject);
  const known = findBuffer(k, v, f.index);
  const busy = known !== 0 && (bufferAt(k, known).pushing === 1 || bufferAt(k, known).state === 0);
  return busy ? waitArrival(k, f) : k.done();
}

/** Reads the next run of adjacent blocks of a page. */
function readRun(k: Kernel, f: BringFrame): OutcomeNumber {
  const v = volumeOf(k, f.subject);
  const { number } = nodeAt(k, f.subject);
  const perPage = PAGE_SIZE / v.blockSize;
  while (f.done < perPage) {
    const block = mapped(k, v, number, f.index * perPage + f.done);
    if (block === PENDING) return bring(k, 'mapped');
    if (block < 0) return giveUp(k, f, -block);
    if (block === 0) {
      f.done += 1;
      continue;
    }
    let run = 1;
    while (f.done + run < perPage && mapped(k, v, number, f.index * perPage + f.done + run) === block + run)
      run += 1;
    const into = localSpan(f.frame * PAGE_SIZE + f.done * v.blockSize, run * v.blockSize);
    f.done += run;
    return k.call(blockDevice.read, { disk: v.disk, sector: sectorOf(v, block), into }, 'pageRead');
  }
  return install(k, f);
}

function giveUp(k: Kernel, f: BringFrame, error: number): OutcomeNumber {
  k.frames.release(f.frame);
  return k.fail(error);
}

/** The page is there, unless somebody was faster or the file was cut meanwhile: then the caller finds out by itself. */
function install(k: Kernel, f: BringFrame): OutcomeNumber {
  const node = nodeAt(k, f.subject);
  const within = node.lowerSize - f.index * PAGE_SIZE;
  if (node.generation !== f.generation || within <= 0 || isPresent(k, f.subject, f.index)) {
    k.frames.release(f.frame);
    return k.done();
  }
  if (within < PAGE_SIZE) k.memory.clear(f.frame * PAGE_SIZE + within, PAGE_SIZE - within);
  if (installClean(k, f.subject, f.index, f.frame)) return k.done();
  return giveUp(k, f, ErrorNumber.ENOMEM);
}

export const bringOperation: Operation = operation(bringing.fetch, LOCALS, {
  begin(k, f) {
    switch (f.kind) {
      case Want.block:
        return bringBlock(k, f);
      case Want.push:
        return k.call(storing.push, { volume: f.subject }, 'arrived');
      case Want.arrival:
        return bringArrival(k, f);
      default:
        break;
    }
    f.generation = nodeAt(k, f.subject).generation;
    f.frame = allocatePage(k);
    return f.frame === 0 ? k.fail(ErrorNumber.ENOMEM) : k.goto('mapped');
  },
  blockRead(k, f, reply) {
    const buffer = bufferAt(k, f.buffer);
    buffer.state = reply.error === 0 ? BufferState.valid : BufferState.failed;
    k.wake(f.subject + Volume.offsets.arrivals);
    return k.done();
  },
  arrived: (k) => k.done(),
  mapped: (k, f) => readRun(k, f),
  pageRead: (k, f, reply) => (reply.error === 0 ? k.goto('mapped') : giveUp(k, f, reply.error)),
});
