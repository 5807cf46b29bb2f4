// The quick selection: one variant runs every conformance program. All variants: test/system/conformance.
import { conformance } from './suite.ts';

conformance((name) => name === 'monolithic, rr, 2 harts, tlb off');
