/** Whom the files service sees: the credentials that the kernel stamps on a caller, in the form that it asks for. */
import type { Kernel } from '../kernel/kernel.ts';

export function credentialsForFiles(k: Kernel, real: boolean) {
  const { credentials } = k;
  const user = real ? credentials.user : credentials.filesystemUser;
  const group = real ? credentials.group : credentials.filesystemGroup;
  return {
    user,
    group,
    member(candidate: number): boolean {
      if (candidate === group) return true;
      const first = credentials.groups >>> 2;
      for (let index = 0; index < credentials.groupCount; index++)
        if (k.memory.u32[first + index] === candidate) return true;
      return false;
    },
  };
}
