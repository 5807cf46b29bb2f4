// Measures files and functions in lines. A function's length runs from its first line to its last, with the
// functions inside it counted as part of it. A file whose first line is a comment beginning `// data:` is a
// table, not code: its length is free, its functions are not.
import ts from 'typescript';
import { forEachNode, isFunctionWithBody } from '../source/syntax.ts';

/** One function: `line` is where it begins, `lines` how many it takes. */
export interface FunctionLength {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

/** One file: its length in lines, whether it is a data table, and its functions. */
export interface FileLength {
  readonly lines: number;
  readonly isData: boolean;
  readonly functions: readonly FunctionLength[];
}

/** Measures the text of one TypeScript file. */
export function measure(fileName: string, text: string): FileLength {
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
  const functions: FunctionLength[] = [];
  forEachNode(file, (node) => {
    if (!isFunctionWithBody(node)) return;
    const first = file.getLineAndCharacterOfPosition(node.getStart(file)).line;
    const last = file.getLineAndCharacterOfPosition(node.getEnd()).line;
    functions.push({ name: nameOf(node), line: first + 1, lines: last - first + 1 });
  });
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return { lines, isData: text.startsWith('// data:'), functions };
}

/** The function's own name, or that of what it is given to. */
function nameOf(node: ts.FunctionLikeDeclaration): string {
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  if (node.name !== undefined) return node.name.getText();
  const { parent } = node;
  if ((ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) && parent.initializer === node) {
    return parent.name.getText();
  }
  return 'a function without a name';
}
