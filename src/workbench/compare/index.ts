/** Comparing structures. */
export { type ComparedRun, type CompareOptions, type Comparison, compareStructures } from './compare.ts';
export { comparisonPage } from './page.ts';
export { textPicture } from './picture.ts';
export { type RecordingConsole, recordingConsole } from './recording-console.ts';
export { comparisonTable } from './table.ts';
export { measureTraits, type ScriptParts, type Traits } from './traits.ts';
