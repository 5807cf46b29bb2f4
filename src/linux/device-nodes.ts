/** The nodes of /dev that every guest has, as udev and devtmpfs make them. */
import type { NodePlan } from './boot.ts';
import { DeviceNumber } from './devices.ts';

const CHARACTER = 0o020000;
const DIRECTORY = 0o040000;

const device = (name: string, number: number, mode = 0o666): NodePlan => ({
  path: `/dev/${name}`,
  mode: CHARACTER | mode,
  device: number,
});
const link = (name: string, target: string): NodePlan => ({
  path: `/dev/${name}`,
  mode: 0,
  device: 0,
  target,
});

export const DEVICE_NODES: readonly NodePlan[] = [
  device('null', DeviceNumber.null),
  device('zero', DeviceNumber.zero),
  device('full', DeviceNumber.full),
  device('random', DeviceNumber.random),
  device('urandom', DeviceNumber.urandom),
  device('tty', DeviceNumber.terminal),
  device('console', DeviceNumber.console),
  device('console.error', DeviceNumber.errorOutput),
  { path: '/dev/pts', mode: DIRECTORY | 0o755, device: 0 },
  link('fd', '/proc/self/fd'),
  link('stdin', '/proc/self/fd/0'),
  link('stdout', '/proc/self/fd/1'),
  link('stderr', '/proc/self/fd/2'),
];
