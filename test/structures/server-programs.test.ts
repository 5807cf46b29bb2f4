// The file server as a program: programs see no difference, its death is survived, and what it must not do is its end.
import { describe, expect, it } from 'vitest';
import { builtInLayer } from '../../src/host/node/index.ts';
import { profileNamed, runToEnd, System, structureNamed } from '../../src/workbench/index.ts';
import { partsFor, recordingConsole } from '../support/machine.ts';
import { run, runThroughSnapshot } from './support.ts';

const FILES =
  'echo text >/tmp/a; ln -s a /tmp/b; cat /tmp/b; mkdir /tmp/d; mv /tmp/a /tmp/d; ls /tmp /tmp/d; rm -r /tmp/d; ls /dev | wc -l';
const WORK = 'seq 30 | sort -rn | head -n 3; (echo a; echo b) | cat & wait; cat /bin/hello | sha256sum';
const command = ['/bin/sh', '-c', `mkdir -p /tmp; ${WORK}; ${FILES}`];

describe.each(['microkernel', 'l4'])('%s:files=c', (name) => {
  const structure = `${name}:files=c`;

  it('runs programs as the steps do, and executes instructions for them', async () => {
    const [steps, program] = [
      await run({ structure: name, command }),
      await run({ structure, command, harts: 2 }),
    ];
    expect(program.output).toBe(steps.output);
    expect(program.status).toBe(steps.status);
    expect(program.report.instructions).toBeGreaterThan(steps.report.instructions + 20_000);
  });

  it('survives its death', async () => {
    const work = 'for n in 1 2 3 4 5 6; do seq $n >/dev/null; cat /bin/hello >/dev/null; done; echo done';
    const faults = [{ service: 'files', kind: 'crash' as const, at: 250 }];
    const ended = await run({ structure, command: ['/bin/sh', '-c', work], faults });
    expect(ended).toMatchObject({ status: 0, output: 'done\n' });
    expect(ended.said.join()).toContain('the files server has been started again');
  });
});

it('goes on from a snapshot', async () => {
  const structure = 'microkernel:files=c';
  const whole = await run({ structure, command });
  const resumed = await runThroughSnapshot(100_000, { structure, command });
  expect(resumed.output).toBe(whole.output);
  expect(resumed.report.cycles).toBe(whole.report.cycles);
});

it('says what there is when another program is asked for', () => {
  expect(() => structureNamed('microkernel:files=rust')).toThrow('files=c, files=steps');
  expect(() => structureNamed('monolithic:files=c')).toThrow("no option 'files'");
});

const BASE = 0x10000;
const HEADERS = 64 + 56;

/** A fixed ELF executable of these instructions. */
function executable(...code: number[]): Uint8Array {
  const bytes = new Uint8Array(HEADERS + code.length * 4);
  const view = new DataView(bytes.buffer);
  const long = (at: number, value: number) => view.setBigUint64(at, BigInt(value), true);
  view.setUint32(0, 0x7f454c46);
  view.setUint16(18, 243, true);
  long(24, BASE + HEADERS);
  long(32, 64);
  view.setUint16(54, 56, true);
  view.setUint16(56, 1, true);
  view.setUint32(64, 1, true);
  view.setUint32(68, 5, true);
  long(80, BASE);
  long(96, bytes.length);
  long(104, bytes.length);
  code.forEach((word, index) => {
    view.setUint32(HEADERS + index * 4, word, true);
  });
  return bytes;
}

const ECALL = 0x73;
/** `lui a7, 1` and `addi a7, a7, number - 4096`. */
const call = (number: number) => [0x000018b7, (((number - 4096) << 20) | 0x88893) >>> 0, ECALL];
/** `addi rd, x0, value` for a0 to a5. */
const load = (register: number, value: number) => ((value << 20) | ((10 + register) << 7) | 0x13) >>> 0;
/** Takes a request to the top of the stack: `addi a0, sp, -512`. */
const RECEIVE = [0xe0010513, ...call(4200)];

/** What the machine says when its file server is such a program. */
async function saidBy(program: Uint8Array): Promise<string> {
  const said: string[] = [];
  const parts = partsFor(
    builtInLayer(),
    ['/bin/true'],
    { structure: 'microkernel:files=c', memory: 64 * 1024 * 1024 },
    recordingConsole(new Uint8Array(0)),
  );
  const say = (message: string): void => {
    said.push(message);
  };
  // A slow machine, on which the patience with a server is few instructions.
  const profile = profileNamed('pentium-133');
  const system = System.start({ ...parts, profile, serverProgram: () => program, say });
  const end = await runToEnd(system, { maxInstructions: 4_000_000_000, realPace: false });
  expect(end.reason).toBe('ended');
  return said.join('\n');
}

describe('a wild server dies of', () => {
  it.each([
    ['reading from address 0', [...RECEIVE, 0x00003503], 'exception 13'],
    ['executing nothing', [...RECEIVE, 0], 'exception 2'],
    ['jumping into the void', [...RECEIVE, 0x00000067], 'exception 12'],
    ['a call that there is not', [...RECEIVE, ...call(4299)], 'server call 4299'],
    ['a Linux call', [...RECEIVE, load(7, 93), ECALL], 'server call 93'],
    ['a reply to nothing', call(4201), 'replies to nothing'],
    ['two requests at once', [...RECEIVE, 0xe0010513, ...call(4200)], 'while it has one'],
    ['an error that is none', [...RECEIVE, load(3, -1), 0xe0010713, ...call(4201)], 'replies with error -1'],
    [
      'a handle that is none of its records',
      [...RECEIVE, load(0, 1), 0x00010593, load(3, 0), 0xe0010713, ...call(4201)],
      'address',
    ],
    ['a span that is none', [...RECEIVE, load(0, 0), ...call(4202)], 'no span'],
    [
      'bytes behind a span',
      [...RECEIVE, load(0, 2), load(1, 0), load(2, 0), load(3, 2047), ...call(4203)],
      'of a span',
    ],
    ['memory that it has not', [...RECEIVE, load(0, 0), load(1, 5), ...call(4217)], 'where it has no memory'],
    ['asking for what it may not', [...RECEIVE, load(0, 99), ...call(4205)], 'operation 99'],
  ])('%s', async (_, code, reason) => {
    const said = await saidBy(executable(...code));
    expect(said).toContain('the files server has died: ');
    expect(said).toContain(reason);
    expect(said).toContain('dies whenever it is made again');
  });

  it('going round in circles', async () => {
    const said = await saidBy(executable(...RECEIVE, 0x0000006f));
    expect(said).toContain('did not answer a request');
  });
});
