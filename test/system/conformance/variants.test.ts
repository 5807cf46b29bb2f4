// Every variant runs every conformance program.
import { conformance } from '../../conformance/suite.ts';

conformance(() => true);
