/** What becomes of packets that have arrived: each goes to its protocol. */
import type { Kernel } from '../../../kernel/kernel.ts';
import { arrival } from '../link/links.ts';
import { errorInput } from './errors.ts';
import { dropPacket, packetAt } from './packets.ts';
import { segmentInput } from './tcp/input.ts';
import { datagramInput } from './udp-input.ts';

const TCP = 6;
const UDP = 17;

/** Looks at all packets that have arrived, and at those that they bring about. */
export function pump(k: Kernel): void {
  for (let address = arrival(k); address !== 0; address = arrival(k)) {
    const packet = packetAt(k, address);
    const { protocol } = packet;
    if (protocol === TCP) segmentInput(k, packet);
    else if (protocol === UDP) datagramInput(k, packet);
    else errorInput(k, packet);
    dropPacket(k, address);
  }
}
