// Whether a function outlives the call that made it. A variable that such a function captures is state.
// Followed: the function returned, yielded, stored in a property or in an outer variable, handed to a
// constructor, or held by a local name (alone or inside an object) to which one of these happens. A function
// handed to an ordinary call is taken to be finished with when the call returns, unless the call's own
// result is returned. Where that is wrong the rule misses state; it does not refuse working code.
import ts from 'typescript';
import { forEachNode, isFunctionWithBody } from '../source/syntax.ts';

const finishingMethods = new Set(
  (
    'forEach map flatMap filter reduce reduceRight some every find findIndex findLast findLastIndex sort ' +
    'toSorted from replace replaceAll'
  ).split(' '),
);

/** Answers whether functions escape from the function they stand in. */
export class Escapes {
  readonly #checker: ts.TypeChecker;
  readonly #known = new Map<ts.Node, boolean>();

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  /** Whether `inner`, which stands directly in `outer`, can be called after `outer` has returned. */
  escapes(inner: ts.FunctionLikeDeclaration, outer: ts.FunctionLikeDeclaration): boolean {
    const known = this.#known.get(inner);
    if (known !== undefined) return known;
    this.#known.set(inner, false); // Stands while a ring of functions that name each other is followed.
    const answer = this.#decide(inner, outer);
    this.#known.set(inner, answer);
    return answer;
  }

  #decide(inner: ts.FunctionLikeDeclaration, outer: ts.FunctionLikeDeclaration): boolean {
    if (ts.isFunctionDeclaration(inner)) {
      return inner.name !== undefined && this.#nameEscapes(inner.name, outer);
    }
    if (ts.isClassLike(inner.parent)) return true; // Objects of a local class are made to be kept.
    return this.#valueEscapes(ts.isObjectLiteralExpression(inner.parent) ? inner.parent : inner, outer);
  }

  /** Follows a value upwards through the expressions that pass it on. */
  #valueEscapes(value: ts.Node, outer: ts.FunctionLikeDeclaration): boolean {
    let node = value;
    let throughCall = false;
    while (node.parent !== undefined) {
      const parent: ts.Node = node.parent;
      if (parent === outer) return ts.isArrowFunction(outer); // The body of `() => value`.
      if (!passesOn(parent) && !this.#callPassesOn(parent, node)) {
        return this.#keeps(parent, node, throughCall, outer);
      }
      throughCall ||= ts.isCallExpression(parent) && !isObjectCall(parent);
      node = parent;
    }
    return false;
  }

  /** Whether a call may hand back the function that is among its arguments. */
  #callPassesOn(node: ts.Node, argument: ts.Node): boolean {
    if (!ts.isCallExpression(node) || node.expression === argument) return false;
    return !finishes(node) && !this.#isPlain(node);
  }

  /** Whether the statement or expression at which a value arrives keeps it after `outer` has returned. */
  #keeps(keeper: ts.Node, value: ts.Node, throughCall: boolean, outer: ts.FunctionLikeDeclaration): boolean {
    if (ts.isReturnStatement(keeper) || ts.isYieldExpression(keeper)) return true;
    if (ts.isNewExpression(keeper)) return !isPromise(keeper);
    if (throughCall) return false;
    if (ts.isVariableDeclaration(keeper)) {
      return ts.isIdentifier(keeper.name) && this.#nameEscapes(keeper.name, outer);
    }
    if (!ts.isBinaryExpression(keeper) || keeper.right !== value) return false;
    return keeper.operatorToken.kind === ts.SyntaxKind.EqualsToken && this.#targetEscapes(keeper.left, outer);
  }

  #targetEscapes(target: ts.Expression, outer: ts.FunctionLikeDeclaration): boolean {
    if (!ts.isIdentifier(target)) return true;
    const declaration = this.#checker.getSymbolAtLocation(target)?.valueDeclaration;
    if (declaration === undefined || !isInside(declaration, outer)) return true;
    return this.#nameEscapes(target, outer);
  }

  /** Whether any use of a local name lets what it holds out of `outer`. */
  #nameEscapes(name: ts.Identifier, outer: ts.FunctionLikeDeclaration): boolean {
    const symbol = this.#checker.getSymbolAtLocation(name);
    const declaration = symbol?.valueDeclaration;
    if (symbol === undefined || declaration === undefined) return false;
    const known = this.#known.get(declaration);
    if (known !== undefined && !isFunctionWithBody(declaration)) return known;
    this.#known.set(declaration, false);
    let answer = false;
    forEachNode(outer, (node) => {
      if (answer || !ts.isIdentifier(node) || node === name || !this.#names(node, symbol)) return;
      answer = this.#useEscapes(node, outer);
    });
    this.#known.set(declaration, answer);
    return answer;
  }

  #names(node: ts.Identifier, symbol: ts.Symbol): boolean {
    if (ts.isShorthandPropertyAssignment(node.parent)) {
      return this.#checker.getShorthandAssignmentValueSymbol(node.parent) === symbol;
    }
    return this.#checker.getSymbolAtLocation(node) === symbol;
  }

  /** A use inside another inner function counts when that function escapes. */
  #useEscapes(node: ts.Identifier, outer: ts.FunctionLikeDeclaration): boolean {
    const inner = innerFunction(node, outer);
    if (inner !== undefined) return this.escapes(inner, outer);
    return this.#valueEscapes(node, outer);
  }

  /** Whether the call's result is a plain value, which cannot hold a function. */
  #isPlain(call: ts.CallExpression): boolean {
    const type = this.#checker.getTypeAtLocation(call);
    const parts = type.isUnion() ? type.types : [type];
    return parts.every((part) => (part.flags & (ts.TypeFlags.Object | ts.TypeFlags.Any)) === 0);
  }
}

/** The function around `node` that stands directly in `outer`, or undefined when `outer` itself is nearest. */
export function innerFunction(
  node: ts.Node,
  outer: ts.FunctionLikeDeclaration,
): ts.FunctionLikeDeclaration | undefined {
  let found: ts.FunctionLikeDeclaration | undefined;
  for (let current = node.parent; current !== undefined && current !== outer; current = current.parent) {
    if (isFunctionWithBody(current)) found = current;
  }
  return found;
}

function isInside(node: ts.Node, outer: ts.Node): boolean {
  for (let current = node; current !== undefined; current = current.parent) {
    if (current === outer) return true;
  }
  return false;
}

/** Expressions whose value is, or holds, the value of a part. */
function passesOn(node: ts.Node): boolean {
  return (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isConditionalExpression(node) ||
    isChoice(node) ||
    ts.isObjectLiteralExpression(node) ||
    ts.isPropertyAssignment(node) ||
    ts.isShorthandPropertyAssignment(node) ||
    ts.isSpreadAssignment(node) ||
    ts.isSpreadElement(node) ||
    ts.isArrayLiteralExpression(node) ||
    ts.isPropertyAccessExpression(node)
  );
}

/** `a ?? b`, `a || b`, `a && b` and `a, b`, whose value is that of a part. */
function isChoice(node: ts.Node): boolean {
  if (!ts.isBinaryExpression(node)) return false;
  const kind = node.operatorToken.kind;
  return (
    kind === ts.SyntaxKind.QuestionQuestionToken ||
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.AmpersandAmpersandToken ||
    kind === ts.SyntaxKind.CommaToken
  );
}

function isPromise(node: ts.NewExpression): boolean {
  return ts.isIdentifier(node.expression) && node.expression.text === 'Promise';
}

/** Whether the call is of a library method that has called its argument for the last time on return. */
function finishes(call: ts.CallExpression): boolean {
  return ts.isPropertyAccessExpression(call.expression) && finishingMethods.has(call.expression.name.text);
}

/** `Object.freeze` and its like hand back what they were given. */
function isObjectCall(call: ts.CallExpression): boolean {
  const callee = call.expression;
  return (
    ts.isPropertyAccessExpression(callee) &&
    ts.isIdentifier(callee.expression) &&
    callee.expression.text === 'Object'
  );
}
