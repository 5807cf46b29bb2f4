// The rule that a price in cycles stands in a machine profile and nowhere else. Outside src/machine/profiles
// it refuses
//   cycle-constant   a number (other than 0) given to a name that says it is a cost: a word of the name is
//                    cycle, cycles, cost, price or latency (`TRAP_CYCLES = 40`, `{ latency: 200 }`)
//   cycle-argument   a number (other than 0) passed for a parameter so named
//   charge-figure    a number other than a count passed to a function named `charge…`: its parameters that
//                    are called `count` or `times`, or end in those words, may be literal; others may not
// A name that also says it is a span of time and not a price (slice, quantum, budget, limit, lookahead,
// period, timeout, deadline, per, hertz) is free, and so is unit conversion (`cyclesPerSecond`).
// It reads names and literals, so it does not catch a figure under a name that hides what it is.
import ts from 'typescript';
import { type Finding, findingAt, type Project } from '../source/project.ts';
import { bareExpression, forEachNode } from '../source/syntax.ts';

const costWords = new Set(['cycle', 'cycles', 'cost', 'costs', 'price', 'prices', 'latency', 'latencies']);
const spanWords = new Set(
  'slice quantum budget limit lookahead period timeout deadline per hertz frequency second maximum'.split(
    ' ',
  ),
);
const countWords = new Set(['count', 'times']);

const remedy = 'a figure in cycles belongs in src/machine/profiles; charge a primitive and a count';

/** Applies the rule to `files`. */
export function findCycleFigures(project: Project, files: readonly ts.SourceFile[]): Finding[] {
  const findings: Finding[] = [];
  const checker = project.program.getTypeChecker();
  const refuse = (node: ts.Node, rule: string, message: string) => {
    findings.push(findingAt(project, node, rule, `${message}; ${remedy}`));
  };
  for (const file of files) {
    forEachNode(file, (node) => {
      const given = namedNumber(node);
      if (given !== undefined) refuse(node, 'cycle-constant', `'${given}' is given a number`);
      if (ts.isCallExpression(node) || ts.isNewExpression(node)) judgeCall(checker, node, refuse);
    });
  }
  return findings;
}

/** The words of a name, in lower case: `TRAP_CYCLES`, `trapCycles` and `#trap_cycles` are [trap, cycles]. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

function namesCost(name: string): boolean {
  const words = wordsOf(name);
  return words.some((word) => costWords.has(word)) && !words.some((word) => spanWords.has(word));
}

/** Whether the expression is a number written out: a literal other than 0, or arithmetic on literals. */
function isFigure(expression: ts.Expression | undefined): boolean {
  if (expression === undefined) return false;
  const bare = bareExpression(expression);
  if (ts.isNumericLiteral(bare)) return Number(bare.text) !== 0;
  if (ts.isPrefixUnaryExpression(bare)) return isFigure(bare.operand);
  if (!ts.isBinaryExpression(bare)) return false;
  const arithmetic = ['+', '-', '*', '/', '<<', '**'].includes(bare.operatorToken.getText());
  return arithmetic && isFigure(bare.left) && isFigure(bare.right);
}

/** The name that says cost and is given a figure, when `node` gives one. */
function namedNumber(node: ts.Node): string | undefined {
  const [name, value] = binding(node);
  if (name === undefined || !isFigure(value)) return undefined;
  const text = name.getText();
  return namesCost(text) ? text : undefined;
}

const nothing = [undefined, undefined] as const;

/** The name and the value of a declaration, property or assignment. */
function binding(node: ts.Node): readonly [ts.Node | undefined, ts.Expression | undefined] {
  const declares =
    ts.isVariableDeclaration(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isPropertyAssignment(node) ||
    ts.isBindingElement(node);
  if (declares) return [node.name, node.initializer];
  if (!ts.isBinaryExpression(node)) return nothing;
  const kind = node.operatorToken.kind;
  if (kind < ts.SyntaxKind.FirstAssignment || kind > ts.SyntaxKind.LastAssignment) return nothing;
  return [ts.isPropertyAccessExpression(node.left) ? node.left.name : node.left, node.right];
}

type Refuse = (node: ts.Node, rule: string, message: string) => void;

function judgeCall(
  checker: ts.TypeChecker,
  call: ts.CallExpression | ts.NewExpression,
  refuse: Refuse,
): void {
  const parameters = checker.getResolvedSignature(call)?.parameters ?? [];
  const charges = /^charge/i.test(calleeName(call));
  for (const [index, argument] of (call.arguments ?? []).entries()) {
    if (!isFigure(argument)) continue;
    const name = parameters[index]?.name ?? '';
    if (namesCost(name)) refuse(argument, 'cycle-argument', `a number is passed for '${name}'`);
    else if (charges && !countWords.has(wordsOf(name).at(-1) ?? '')) {
      refuse(argument, 'charge-figure', `a number is passed to '${calleeName(call)}' that is no count`);
    }
  }
}

function calleeName(call: ts.CallExpression | ts.NewExpression): string {
  const callee = call.expression;
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text.replace(/^#/, '');
  return ts.isIdentifier(callee) ? callee.text : '';
}
