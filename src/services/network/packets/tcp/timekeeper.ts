/** The thread that keeps connections' timers (timers.ts). */
import { ErrorNumber } from '../../../../contracts/errors.ts';
import { NEVER } from '../../../../contracts/units.ts';
import type { Kernel } from '../../../../kernel/kernel.ts';
import { type Operation, operation } from '../../../../kernel/operation.ts';
import { rootOf, treeOf } from '../../root.ts';
import { pump } from '../input.ts';
import { Connection, type ConnectionView, TcpState } from '../records.ts';
import { connectionAt, destroyConnection } from './connections.ts';
import { distance } from './numbers.ts';
import { repeat } from './output.ts';
import { arm, disarm, timing } from './timers.ts';

/** Repetitions before a connection is given up (tcp_syn_retries, tcp_retries2). */
const MOST_SYNS = 6;
const MOST = 15;

/** A timer has expired. */
function expire(k: Kernel, connection: ConnectionView): void {
  const { state } = connection;
  if (state === TcpState.timeWait || state === TcpState.finWait2) {
    destroyConnection(k, connection, 0);
    return;
  }
  if (distance(connection.sendNext, connection.unacknowledged) <= 0) return;
  connection.retries += 1;
  const opening = state === TcpState.synSent || state === TcpState.synReceived;
  if (connection.retries > (opening ? MOST_SYNS : MOST)) {
    destroyConnection(k, connection, ErrorNumber.ETIMEDOUT);
    return;
  }
  repeat(k, connection);
  arm(k, connection);
}

const keepTime = operation(timing.keepTime, [], {
  begin(k) {
    const tree = treeOf(k, 'timers');
    const node = tree.first();
    const { alarm } = rootOf(k);
    if (node === 0) return k.wait([alarm], NEVER, 'begin', false);
    const instant = tree.key(node);
    if (instant > k.now) return k.wait([alarm], instant, 'begin', false);
    const connection = connectionAt(k, node - Connection.offsets.timer);
    disarm(k, connection);
    expire(k, connection);
    pump(k);
    return k.goto('begin');
  },
});

export const timerOperations: readonly Operation[] = [keepTime];
