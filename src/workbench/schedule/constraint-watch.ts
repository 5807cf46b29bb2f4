/**
 * Watches timing constraints while a machine runs, from outside: nothing is charged. Every violation has its instant and who had
 * the harts then. Rules of use: hand it to a System as a witness, `attach` the system, `finish` at the end.
 */
import { type Cycles, NEVER } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Domain } from '../../kernel/objects.ts';
import type { ThreadWitness } from '../../kernel/witness.ts';
import { LinuxThread } from '../../linux/records.ts';
import type { System } from '../system.ts';
import { type Constraint, constraintText, type TimeSpan } from './constraints.ts';

export interface Violation {
  /** Its number in the file, from 0, and its text. */
  readonly constraint: number;
  readonly text: string;
  readonly at: Cycles;
  /** Who had a hart, or 'nobody'. */
  readonly running: string;
}

const NAME_BYTES = 16;

/** One constraint on one thread. */
interface Account {
  readonly constraint: number;
  readonly rule: Constraint;
  readonly thread: number;
  /** When the awaited event must have come; NEVER while none is awaited. */
  due: Cycles;
  /** Who had a hart at `due`. */
  culprits: string[];
  /** A section that has begun: on which hart. */
  hart: number;
  inside: boolean;
  latest: Cycles;
}

export class ConstraintWatch implements ThreadWitness {
  readonly violations: Violation[] = [];
  readonly #constraints: readonly Constraint[];
  readonly #accounts: Account[] = [];
  /** Marks that constraints speak of, and how often each came. */
  readonly #seen = new Map<string, number>();
  #system: System | undefined;

  constructor(constraints: readonly Constraint[]) {
    this.#constraints = constraints;
  }

  attach(system: System): void {
    this.#system = system;
  }

  ran(hart: number, thread: number, from: Cycles, to: Cycles): void {
    if (to === from) return;
    for (const account of this.#accounts) {
      if (account.due >= from && account.due < to)
        account.culprits.push(`${this.#nameOf(thread)} on hart ${hart}`);
      if (!account.inside || hart !== account.hart || this.#worksFor(thread) === account.thread) continue;
      account.inside = false;
      this.#violated(account, from, `${this.#nameOf(thread)} on hart ${hart}`);
    }
  }

  marked(hart: number, thread: number, name: string, at: Cycles): void {
    const who = this.#threadName(thread);
    this.#constraints.forEach((rule, constraint) => {
      if (rule.thread !== who) return;
      this.#seen.set(`${who} ${name}`, (this.#seen.get(`${who} ${name}`) ?? 0) + 1);
      this.#hear(this.#accountOf(constraint, rule, thread), hart, name, at);
    });
  }

  /** A thread that ends owes nothing more, unless it is late already. */
  ended(k: Kernel, thread: number): void {
    for (const account of this.#accounts.filter((one) => one.thread === thread)) this.#close(account, k.now);
    const left = this.#accounts.filter((one) => one.thread !== thread);
    this.#accounts.splice(0, this.#accounts.length, ...left);
  }

  /** The run is over: what is late by now is a violation. */
  finish(at: Cycles): void {
    for (const account of this.#accounts) this.#close(account, at);
  }

  /** Marks that constraints name and that never came: such constraints say nothing. */
  unheard(): string[] {
    const wanted = this.#constraints.flatMap((rule) => {
      const { thread } = rule;
      if (rule.kind === 'rate') return [`${thread} ${rule.event}`];
      return rule.kind === 'delay'
        ? [`${thread} ${rule.from}`, `${thread} ${rule.to}`]
        : [`${thread} ${rule.begin}`, `${thread} ${rule.end}`];
    });
    return [...new Set(wanted)].filter((mark) => !this.#seen.has(mark));
  }

  #accountOf(constraint: number, rule: Constraint, thread: number): Account {
    const found = this.#accounts.find((one) => one.constraint === constraint && one.thread === thread);
    if (found !== undefined) return found;
    const made: Account = {
      constraint,
      rule,
      thread,
      due: NEVER,
      culprits: [],
      hart: 0,
      inside: false,
      latest: -1,
    };
    this.#accounts.push(made);
    return made;
  }

  #hear(account: Account, hart: number, name: string, at: Cycles): void {
    const { rule } = account;
    if (rule.kind === 'rate') {
      if (name !== rule.event) return;
      this.#close(account, at);
      account.due = at + Math.floor(this.#hertz / rule.perSecond);
    } else if (rule.kind === 'section') {
      if (name === rule.begin) [account.inside, account.hart] = [true, hart];
      else if (name === rule.end) account.inside = false;
    } else if (name === rule.from) {
      if (rule.always) this.#close(account, at);
      account.due = at + this.#cycles(rule.within);
      account.culprits = [];
      account.latest = at;
    } else if (name === rule.to && account.latest >= 0) {
      if (at > account.due) this.#violated(account, account.due);
      account.due = NEVER;
    }
  }

  /** Something else begins, or ends: is the account late at `at`? */
  #close(account: Account, at: Cycles): void {
    const { rule, due } = account;
    if (due < at && (rule.kind === 'rate' || (rule.kind === 'delay' && rule.always)))
      this.#violated(account, due);
    account.due = NEVER;
    account.culprits = [];
  }

  #violated(account: Account, at: Cycles, who?: string): void {
    const running = who ?? (account.culprits.join(', ') || 'nobody');
    account.culprits = [];
    this.violations.push({ constraint: account.constraint, text: constraintText(account.rule), at, running });
  }

  get #hertz(): number {
    return this.#machine.kernel.hertz;
  }

  get #machine(): System {
    if (this.#system === undefined) throw new Error('a watch is attached before its machine runs');
    return this.#system;
  }

  #cycles(span: TimeSpan): Cycles {
    return 'cycles' in span ? span.cycles : Math.floor(span.seconds * this.#hertz);
  }

  /** The thread for which one works: a server does for its client. */
  #worksFor(thread: number): number {
    return this.#machine.kernel.requesterOf(thread);
  }

  #threadName(thread: number): string {
    const { kernel, memory } = this.#machine;
    const { personality } = kernel.threads.observe(thread);
    if (personality === 0) return '';
    const bytes = memory.bytes(LinuxThread.at(kernel.meter.observer, personality).name, NAME_BYTES);
    const end = bytes.indexOf(0);
    return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
  }

  #nameOf(thread: number): string {
    const { kernel } = this.#machine;
    const { id, domain } = kernel.threads.observe(thread);
    const own = this.#threadName(thread);
    if (own !== '') return `${own} (thread ${id})`;
    const { plan } = Domain.at(kernel.meter.observer, domain);
    return `${kernel.structure.domains[plan - 1]?.name ?? 'kernel'} (thread ${id})`;
  }
}

/** Violations for people, one in a line, at most `most` of each constraint. */
export function violationLines({ violations }: ConstraintWatch, hertz: number, most = 20): string[] {
  const counts = new Map<number, number>();
  const lines: string[] = [];
  for (const { constraint, text, at, running } of violations) {
    const count = (counts.get(constraint) ?? 0) + 1;
    counts.set(constraint, count);
    const instant = `cycle ${at} (${((at / hertz) * 1000).toFixed(3)} ms)`;
    if (count <= most)
      lines.push(`constraint ${constraint + 1} (${text}) violated at ${instant}, running: ${running}`);
  }
  for (const [constraint, count] of counts)
    if (count > most) lines.push(`constraint ${constraint + 1} was violated ${count - most} times more`);
  return lines;
}
