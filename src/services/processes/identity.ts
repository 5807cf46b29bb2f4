/**
 * Changing who one is: the set*id calls as POSIX and credentials(7) have them. A process with effective user 0 is privileged.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Credentials, Domain } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { CredentialCall, processes } from './interface.ts';
import { at } from './tree.ts';

/** Real, effective, saved and file-system number, of users or of groups. */
interface Identity {
  real: number;
  effective: number;
  saved: number;
  filesystem: number;
}

const KEEP = 0xffff_ffff;
const MOST_GROUPS = 32;

function credentialsOf(k: Kernel, process: number) {
  return Credentials.at(k.store, Domain.at(k.store, at(k, process).domain).credentials);
}

/** setuid: everything when privileged; else only the effective number, to the real or the saved one. */
function setOne(id: Identity, wanted: number, privileged: boolean): Identity | undefined {
  if (privileged) return { real: wanted, effective: wanted, saved: wanted, filesystem: wanted };
  if (wanted !== id.real && wanted !== id.saved) return undefined;
  return { ...id, effective: wanted, filesystem: wanted };
}

/** setreuid: the saved number follows when the real one is set, or the effective one to other than the real. */
function setTwo(id: Identity, real: number, effective: number, privileged: boolean): Identity | undefined {
  const next = { ...id };
  if (real !== KEEP) {
    if (!privileged && real !== id.real && real !== id.effective) return undefined;
    next.real = real;
  }
  if (effective !== KEEP) {
    if (!privileged && effective !== id.real && effective !== id.effective && effective !== id.saved)
      return undefined;
    next.effective = effective;
  }
  if (real !== KEEP || (effective !== KEEP && effective !== id.real)) next.saved = next.effective;
  next.filesystem = next.effective;
  return next;
}

function setThree(
  id: Identity,
  wanted: readonly [number, number, number],
  privileged: boolean,
): Identity | undefined {
  const allowed = [id.real, id.effective, id.saved];
  if (!privileged && wanted.some((number) => number !== KEEP && !allowed.includes(number))) return undefined;
  const pick = (number: number, old: number) => (number === KEEP ? old : number);
  const [real, effective, saved] = wanted;
  const next = {
    real: pick(real, id.real),
    effective: pick(effective, id.effective),
    saved: pick(saved, id.saved),
  };
  return { ...next, filesystem: next.effective };
}

function changed(id: Identity, call: number, wanted: readonly [number, number, number], privileged: boolean) {
  switch (call) {
    case CredentialCall.setUser:
    case CredentialCall.setGroup:
      return setOne(id, wanted[0], privileged);
    case CredentialCall.setRealEffectiveUser:
    case CredentialCall.setRealEffectiveGroup:
      return setTwo(id, wanted[0], wanted[1], privileged);
    default:
      return setThree(id, wanted, privileged);
  }
}

function execute(k: Kernel, f: { process: number; first: number; second: number }): OutcomeNumber {
  const process = at(k, f.process);
  process.executed = 1;
  process.clone = 0;
  const view = credentialsOf(k, f.process);
  view.effectiveUser = f.first;
  view.savedUser = f.first;
  view.filesystemUser = f.first;
  view.effectiveGroup = f.second;
  view.savedGroup = f.second;
  view.filesystemGroup = f.second;
  return k.done();
}

const setIdentity = operation(processes.setIdentity, [], {
  begin(k, f) {
    const view = credentialsOf(k, f.process);
    // Credentials are stamped on a domain by the kernel: a server asks for the change.
    k.mechanism();
    if (f.call === CredentialCall.execute) return execute(k, f);
    const privileged = view.effectiveUser === 0;
    const wanted = [f.first >>> 0, f.second >>> 0, f.third >>> 0] as const;
    if (f.call < CredentialCall.setGroup) {
      const id = {
        real: view.user,
        effective: view.effectiveUser,
        saved: view.savedUser,
        filesystem: view.filesystemUser,
      };
      if (f.call === CredentialCall.setFilesystemUser) {
        const may = privileged || Object.values(id).includes(wanted[0]);
        if (may && wanted[0] !== KEEP) view.filesystemUser = wanted[0];
        return k.done(id.filesystem);
      }
      const next = changed(id, f.call, wanted, privileged);
      if (next === undefined) return k.fail(ErrorNumber.EPERM);
      view.user = next.real;
      view.effectiveUser = next.effective;
      view.savedUser = next.saved;
      view.filesystemUser = next.filesystem;
      return k.done();
    }
    const id = {
      real: view.group,
      effective: view.effectiveGroup,
      saved: view.savedGroup,
      filesystem: view.filesystemGroup,
    };
    if (f.call === CredentialCall.setFilesystemGroup) {
      const may = privileged || Object.values(id).includes(wanted[0]);
      if (may && wanted[0] !== KEEP) view.filesystemGroup = wanted[0];
      return k.done(id.filesystem);
    }
    const next = changed(id, f.call, wanted, privileged);
    if (next === undefined) return k.fail(ErrorNumber.EPERM);
    view.group = next.real;
    view.effectiveGroup = next.effective;
    view.savedGroup = next.saved;
    view.filesystemGroup = next.filesystem;
    return k.done();
  },
});

const groups = operation(processes.groups, [], {
  begin(k, f) {
    const view = credentialsOf(k, f.process);
    if (f.set === 0) {
      const { groupCount } = view;
      if (f.count !== 0 && f.count < groupCount) return k.fail(ErrorNumber.EINVAL);
      if (f.count !== 0) k.toSpan(f.list, 0, view.groups, groupCount * 4);
      return k.done(groupCount);
    }
    if (view.effectiveUser !== 0) return k.fail(ErrorNumber.EPERM);
    if (f.count > MOST_GROUPS) return k.fail(ErrorNumber.EINVAL);
    k.mechanism();
    if (k.fromSpan(f.list, 0, view.groups, f.count * 4) < f.count * 4) return k.fail(ErrorNumber.EFAULT);
    view.groupCount = f.count;
    return k.done();
  },
});

export const identityOperations: readonly Operation[] = [setIdentity, groups];
