// Finds every place where something is changed: a name bound anew, or an object changed in place. The state
// rules ask which names are changed through, and from inside which functions.
import ts from 'typescript';
import { bareExpression, enclosingFunction, forEachNode } from '../source/syntax.ts';
import { isTypedArray } from './mutable-types.ts';

/** A change to what a symbol names. */
export interface Write {
  readonly node: ts.Node;
  /** `binding`: the name itself gets a new value. `content`: the object it names is changed in place. */
  readonly kind: 'binding' | 'content';
  /** The function the change stands in; undefined at module level. */
  readonly inside: ts.FunctionLikeDeclaration | undefined;
}

const mutators = new Set(
  'push pop shift unshift splice sort reverse fill copyWithin set add delete clear setTime'.split(' '),
);
const objectMutators = new Set(['assign', 'defineProperty', 'defineProperties', 'setPrototypeOf']);

/** Every write found, by the symbol written or written through. */
export class Writes {
  readonly #checker: ts.TypeChecker;
  readonly #bySymbol = new Map<ts.Symbol, Write[]>();

  constructor(checker: ts.TypeChecker, files: readonly ts.SourceFile[]) {
    this.#checker = checker;
    for (const file of files) forEachNode(file, (node) => this.#visit(node));
  }

  /** Changes of the given kind to what `symbol` names. */
  of(symbol: ts.Symbol, kind: Write['kind']): readonly Write[] {
    return (this.#bySymbol.get(symbol) ?? []).filter((write) => write.kind === kind);
  }

  #visit(node: ts.Node): void {
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) this.#target(node.left);
    else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      const { operator } = node;
      const steps = operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
      if (steps) this.#target(node.operand);
    } else if (ts.isDeleteExpression(node)) this.#target(node.expression);
    else if (ts.isForInStatement(node) || ts.isForOfStatement(node)) {
      if (!ts.isVariableDeclarationList(node.initializer)) this.#target(node.initializer);
    } else if (ts.isCallExpression(node)) this.#call(node);
  }

  /** A method that changes its object, or `Object.assign` and its like. */
  #call(node: ts.CallExpression): void {
    if (!ts.isPropertyAccessExpression(node.expression)) return;
    const { expression: base, name } = node.expression;
    if (ts.isIdentifier(base) && base.text === 'Object' && objectMutators.has(name.text)) {
      const changed = node.arguments[0];
      if (changed !== undefined) this.#content(changed);
    } else if (mutators.has(name.text)) this.#content(base);
  }

  /** The left side of an assignment, taken apart when it is a pattern. */
  #target(expression: ts.Expression): void {
    const target = bareExpression(expression);
    if (ts.isIdentifier(target)) this.#note(target, 'binding');
    else if (ts.isPropertyAccessExpression(target)) {
      if (this.#isData(target)) this.#content(target.expression);
    } else if (ts.isElementAccessExpression(target)) this.#content(target.expression);
    else if (ts.isArrayLiteralExpression(target)) for (const part of target.elements) this.#target(part);
    else if (ts.isObjectLiteralExpression(target)) this.#pattern(target);
    else if (ts.isSpreadElement(target)) this.#target(target.expression);
    else if (ts.isBinaryExpression(target)) this.#target(target.left);
  }

  #pattern(pattern: ts.ObjectLiteralExpression): void {
    for (const part of pattern.properties) {
      if (ts.isPropertyAssignment(part)) this.#target(part.initializer);
      else if (ts.isSpreadAssignment(part)) this.#target(part.expression);
      else if (ts.isShorthandPropertyAssignment(part)) {
        this.#record(this.#checker.getShorthandAssignmentValueSymbol(part), part, 'binding');
      }
    }
  }

  /** A property with a setter is a view of memory: writing it changes no object of the host. */
  #isData(access: ts.PropertyAccessExpression): boolean {
    const symbol = this.#checker.getSymbolAtLocation(access.name);
    return symbol === undefined || (symbol.flags & ts.SymbolFlags.Accessor) === 0;
  }

  /** `a.b.c` changed in place: `c`, `b` and `a` are each changed through; but what holds a view is not. */
  #content(expression: ts.Expression): void {
    let base = bareExpression(expression);
    if (ts.isPropertyAccessExpression(base) && isTypedArray(this.#checker.getTypeAtLocation(base))) {
      this.#note(base.name, 'content');
      return;
    }
    while (ts.isPropertyAccessExpression(base) || ts.isElementAccessExpression(base)) {
      if (ts.isPropertyAccessExpression(base)) this.#note(base.name, 'content');
      base = bareExpression(base.expression);
    }
    if (ts.isIdentifier(base)) this.#note(base, 'content');
  }

  #note(name: ts.MemberName, kind: Write['kind']): void {
    this.#record(this.#checker.getSymbolAtLocation(name), name, kind);
  }

  #record(found: ts.Symbol | undefined, node: ts.Node, kind: Write['kind']): void {
    if (found === undefined) return;
    const isAlias = (found.flags & ts.SymbolFlags.Alias) !== 0;
    const symbol = isAlias ? this.#checker.getAliasedSymbol(found) : found;
    const writes = this.#bySymbol.get(symbol) ?? [];
    writes.push({ node, kind, inside: enclosingFunction(node) });
    this.#bySymbol.set(symbol, writes);
  }
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}
