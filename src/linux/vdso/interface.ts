/** What the rest of the personality asks of the vDSO's page. */
import { serviceInterface } from '../../contracts/service.ts';

export const vdso = serviceInterface('linux', {
  /** Maps the page into a new address space: exec calls it. Nothing where programs run in real memory. ENOMEM. */
  mapVdso: { space: 'number' },
});
