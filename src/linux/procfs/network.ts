/** /proc/net: sockets in order of making, and links. */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { LinkFigures, SocketFigures } from '../../services/network/figures.ts';
import { AddressFamily, network, SocketType } from '../../services/network/interface.ts';
import { ownSpan } from '../state.ts';
import { contents } from './interface.ts';
import { latin } from './text/format.ts';
import * as lines from './text/network.ts';
import { emit, isFull, type Window } from './window.ts';

/** Which of the files it is. */
export const NetworkText = { tcp: 0, udp: 1, unix: 2, links: 3 } as const;

const HEADERS: readonly string[] = [lines.TCP_HEADER, lines.UDP_HEADER, lines.UNIX_HEADER, lines.LINK_HEADER];
/** TCP's states of sockets that are no connections; UDP shows those without a peer as closed. */
const LISTENING = 10;
const CLOSED = 7;
const ESTABLISHED = 1;

interface TextFrame extends Window {
  readonly which: number;
  page: number;
  after: number;
  index: number;
}

/** The state that Linux shows for an internet socket; 0 for one that it does not show. */
function stateOf(socket: ReturnType<typeof SocketFigures.at>): number {
  if (socket.type === SocketType.datagram) {
    if (socket.localPort === 0) return 0;
    return socket.connected === 1 ? ESTABLISHED : CLOSED;
  }
  return socket.listening === 1 ? LISTENING : socket.state;
}

/** The line for the socket in the page, or nothing when it is of another kind. */
function socketLine(k: Kernel, f: TextFrame): string | undefined {
  const figures = SocketFigures.at(k.store, f.page);
  const isLocal = figures.family === AddressFamily.local;
  if (f.which === NetworkText.unix) {
    if (!isLocal || figures.open === 0) return undefined;
    return lines.unixLine(figures, latin(k.memory.bytes(figures.path, figures.pathLength)));
  }
  const type = f.which === NetworkText.tcp ? SocketType.stream : SocketType.datagram;
  if (isLocal || figures.type !== type) return undefined;
  const state = stateOf(figures);
  if (state === 0) return undefined;
  const { number, references, user, receiveBytes, sendBytes } = figures;
  const { localAddress, remoteAddress, localPort, remotePort } = figures;
  const shown = { state, number, references, user, receiveBytes, sendBytes };
  const line = type === SocketType.stream ? lines.tcpLine : lines.udpLine;
  return line(f.index, { ...shown, localAddress, remoteAddress, localPort, remotePort });
}

function linkLine(k: Kernel, f: TextFrame): string {
  const figures = LinkFigures.at(k.store, f.page);
  return lines.linkLine(latin(k.memory.bytes(figures.name, figures.nameLength)), figures);
}

function end(k: Kernel, f: TextFrame, error: number): OutcomeNumber {
  k.frames.release(f.page / PAGE_SIZE);
  return error === 0 ? k.done(f.moved) : k.fail(error);
}

const text = operation(contents.networkText, ['position', 'moved', 'page', 'after', 'index'], {
  begin(k, f) {
    f.page = k.frames.allocate(k.domain, FrameUse.buffer) * PAGE_SIZE;
    if (f.page === 0) return k.fail(ErrorNumber.ENOMEM);
    emit(k, f, f.page, `${HEADERS[f.which] ?? ''}\n`);
    return k.goto('next');
  },
  next(k, f) {
    if (isFull(f)) return end(k, f, 0);
    const into = ownSpan(f.page, PAGE_SIZE);
    k.memory.clear(f.page, SocketFigures.size);
    if (f.which === NetworkText.links) return k.call(network.link, { index: f.after + 1, into }, 'told');
    return k.call(network.list, { after: f.after, into }, 'told');
  },
  told(k, f, reply) {
    if (reply.error !== 0 || reply.value === 0) return end(k, f, reply.error);
    const isLink = f.which === NetworkText.links;
    f.after = isLink ? f.after + 1 : reply.value;
    const line = isLink ? linkLine(k, f) : socketLine(k, f);
    if (line === undefined) return k.goto('next');
    f.index += 1;
    emit(k, f, f.page, `${line}\n`);
    return k.goto('next');
  },
});

export const networkTextOperations: readonly Operation[] = [text];
