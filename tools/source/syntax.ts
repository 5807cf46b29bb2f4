// Small questions about TypeScript syntax that several tools ask.
import ts from 'typescript';

/** Calls `visit` for `node` and everything inside it, outermost first. */
export function forEachNode(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => forEachNode(child, visit));
}

/** The expression without parentheses, `as`, `satisfies` and `!` around it. */
export function bareExpression(expression: ts.Expression): ts.Expression {
  let inner = expression;
  while (
    ts.isParenthesizedExpression(inner) ||
    ts.isAsExpression(inner) ||
    ts.isSatisfiesExpression(inner) ||
    ts.isNonNullExpression(inner)
  ) {
    inner = inner.expression;
  }
  return inner;
}

/** The nearest function around `node`, not counting `node` itself; undefined at module level. */
export function enclosingFunction(node: ts.Node): ts.FunctionLikeDeclaration | undefined {
  let current = node.parent;
  while (current !== undefined && !ts.isSourceFile(current)) {
    if (isFunctionWithBody(current)) return current;
    current = current.parent;
  }
  return undefined;
}

/** Whether `node` is a function, method, accessor or constructor that has a body. */
export function isFunctionWithBody(node: ts.Node): node is ts.FunctionLikeDeclaration {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
}

/** The `const`, `let` or `var` list a variable is declared in. */
function declarationList(node: ts.VariableDeclaration): ts.VariableDeclarationList | undefined {
  return ts.isVariableDeclarationList(node.parent) ? node.parent : undefined;
}

/** Whether the variable is declared by `const` (or `using`), so that its name cannot be bound anew. */
export function isConstant(node: ts.VariableDeclaration): boolean {
  const list = declarationList(node);
  return list !== undefined && (ts.getCombinedNodeFlags(list) & ts.NodeFlags.Constant) !== 0;
}

/** The lines of the unbroken run of `//` comments directly above `node`, without their slashes. */
export function commentAbove(node: ts.Node): string[] {
  const file = node.getSourceFile();
  const lines = file.text.split('\n');
  const first = file.getLineAndCharacterOfPosition(node.getStart(file)).line;
  const comments: string[] = [];
  for (let line = first - 1; line >= 0; line -= 1) {
    const match = /^\s*\/\/ ?(.*)$/.exec(lines[line] ?? '');
    if (match === null) break;
    comments.unshift(match[1] ?? '');
  }
  return comments;
}
