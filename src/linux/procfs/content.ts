/** `content`: finds out which operation makes a file's content, checks that the caller may see it, and asks for it. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import type { OutcomeNumber, Span } from '../../contracts/service.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { operation } from '../../kernel/operation.ts';
import { suppliedTree } from '../../services/files/interface.ts';
import { memory } from '../../services/memory/interface.ts';
import { currentProcess, currentThread, ownSpan } from '../state.ts';
import type { StreamName } from './definitions.ts';
import { contents } from './interface.ts';
import { LinkKind, linkKind } from './links.ts';
import { NetworkText } from './network.ts';
import { Area } from './numbers.ts';
import { type Subject, subjectOf } from './subject.ts';

interface ContentFrame {
  readonly tree: number;
  readonly node: number;
  readonly offset: number;
  readonly into: Span;
  page: number;
  moved: number;
}

const OWN_BYTES: { readonly [name: string]: number } = { arguments: 0, environment: 1, auxiliary: 2 };

const NETWORK_TEXTS: { readonly [name: string]: number } = {
  tcpSockets: NetworkText.tcp,
  udpSockets: NetworkText.udp,
  localSockets: NetworkText.unix,
  links: NetworkText.links,
};

/** Where the content is put: the span itself, or a page that is carried to it afterwards when it is a program's. */
function target(f: ContentFrame): Span {
  return f.page === 0 ? f.into : ownSpan(f.page, Math.min(PAGE_SIZE, f.into.length));
}

/** Asks for the content. `self` names the caller where the text is about nobody in particular. */
function dispatch(k: Kernel, f: ContentFrame, subject: Subject): OutcomeNumber {
  const { content } = subject.definition;
  const about = subject.process === 0 && subject.area === Area.fixed;
  const id = about ? currentProcess(k).id : subject.process;
  const threadId = about ? currentThread(k).id : subject.thread;
  const request = { id, threadId, offset: f.offset, into: target(f) };
  const descriptor = subject.object;
  if (subject.area === Area.descriptor)
    return k.call(contents.linkText, { ...request, which: LinkKind.descriptor, descriptor }, 'made');
  if (subject.area === Area.descriptorFacts)
    return k.call(contents.descriptorFacts, { ...request, descriptor }, 'made');
  if (content === undefined) return k.fail(ErrorNumber.EISDIR);
  if (typeof content === 'object')
    return k.call(contents.proceedText, { ...request, tree: f.tree, node: f.node }, 'made');
  return callStream(k, content, request);
}

function callStream(
  k: Kernel,
  content: StreamName,
  request: { id: number; threadId: number; offset: number; into: Span },
): OutcomeNumber {
  const which = linkKind(content);
  if (which !== undefined) return k.call(contents.linkText, { ...request, which, descriptor: 0 }, 'made');
  const own = OWN_BYTES[content];
  if (own !== undefined) return k.call(contents.ownBytes, { ...request, which: own }, 'made');
  const network = NETWORK_TEXTS[content];
  if (network !== undefined) return k.call(contents.networkText, { ...request, which: network }, 'made');
  const detailed = content === 'smaps' || content === 'mountInformation' ? 1 : 0;
  const reference = content === 'maps' || content === 'smaps' ? contents.mapsText : contents.mountsText;
  return k.call(reference, { ...request, detailed }, 'made');
}

function release(k: Kernel, f: ContentFrame): void {
  if (f.page !== 0) k.frames.release(f.page / PAGE_SIZE);
}

export const content = operation(suppliedTree.content, ['page', 'length', 'moved'], {
  begin(k, f) {
    const subject = subjectOf(k, f.tree, f.node);
    if (subject === undefined) return k.fail(ErrorNumber.ENOENT);
    if (f.into.space !== 0) {
      f.page = k.frames.allocate(k.domain, FrameUse.buffer) * PAGE_SIZE;
      if (f.page === 0) return k.fail(ErrorNumber.ENOMEM);
    }
    if (subject.definition.guarded !== true) return dispatch(k, f, subject);
    return k.call(contents.allow, { id: subject.process }, 'allowed');
  },
  allowed(k, f, reply) {
    const subject = subjectOf(k, f.tree, f.node);
    if (reply.error === 0 && subject !== undefined) return dispatch(k, f, subject);
    release(k, f);
    return k.fail(reply.error || ErrorNumber.ESRCH);
  },
  made(k, f, reply) {
    if (reply.error !== 0) release(k, f);
    if (reply.error !== 0 || f.page === 0) return k.pass(reply);
    f.length = reply.value;
    return k.goto('carry');
  },
  carry(k, f) {
    const { into } = f;
    f.moved += k.toSpan(into, f.moved, f.page + f.moved, f.length - f.moved);
    if (f.moved < f.length) {
      const rest = { address: into.start + f.moved, length: f.length - f.moved };
      return k.call(memory.supply, { space: into.space, ...rest, access: Access.write }, 'supplied');
    }
    release(k, f);
    return k.done(f.length);
  },
  supplied(k, f, reply) {
    if (reply.error === 0) return k.goto('carry');
    release(k, f);
    return k.fail(ErrorNumber.EFAULT);
  },
});
