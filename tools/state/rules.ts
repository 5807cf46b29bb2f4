// The rule that all state lives in machine memory. In the folders it covers, TypeScript may hold code,
// constants and views only. It refuses
//   module-variable    a module-level `let` or `var`
//   module-container   a module-level constant, or static field, that can be changed in place
//   field-variable     a class field that is not `readonly`
//   field-container    a class field holding a Map, Set, mutable array or memory of its own
//   object-written     a literal object, held by a module constant or a field, that some code changes
//   captured-variable  a variable of a function captured by a closure that outlives the call
//   captured-container a container made in a function and changed by a closure that outlives the call
// A declaration is exempt when the comment directly above it begins `// cache: ` (it may be dropped at any
// instant; says why) or `// wiring: ` (set once while the system is put together; says by whom). All fields of
// a class are exempt when the comment directly above the class begins `// scratch: `: its objects are made and
// dropped within one call, as those that put generated code together are; says which call.
import ts from 'typescript';
import { type Finding, findingAt, type Project } from '../source/project.ts';
import {
  bareExpression,
  commentAbove,
  enclosingFunction,
  forEachNode,
  isConstant,
} from '../source/syntax.ts';
import { Escapes, innerFunction } from './closures.ts';
import { allocatesMemory, describeMutable, isTypedArray } from './mutable-types.ts';
import { type Write, Writes } from './writes.ts';

/** What the rule found: what it refuses, and how many declarations each marker exempts. */
export interface StateReport {
  readonly findings: readonly Finding[];
  readonly exempt: Readonly<Record<Marker, number>>;
}

type Marker = 'cache' | 'wiring' | 'scratch';

const shortestReason = 10;
const remedy =
  "keep it in a record in machine memory, or mark it '// cache: why' or '// wiring: by whom' above";
const constants =
  'if nothing changes it, declare it so (ReadonlyMap, readonly T[], ArrayLike<number>, as const); else';

type Field = ts.PropertyDeclaration;
type Local = ts.VariableDeclaration | ts.ParameterDeclaration | ts.BindingElement;

/** Applies the rule to `files`. */
export function findState(project: Project, files: readonly ts.SourceFile[]): StateReport {
  const rules = new StateRules(project, files);
  for (const file of files) forEachNode(file, (node) => rules.visit(node));
  return rules.report();
}

class StateRules {
  readonly #project: Project;
  readonly #checker: ts.TypeChecker;
  readonly #writes: Writes;
  readonly #escapes: Escapes;
  readonly #findings: Finding[] = [];
  readonly #judged = new Set<ts.Node>();
  readonly #exempt: Record<Marker, number> = { cache: 0, wiring: 0, scratch: 0 };

  constructor(project: Project, files: readonly ts.SourceFile[]) {
    this.#project = project;
    this.#checker = project.program.getTypeChecker();
    this.#writes = new Writes(this.#checker, files);
    this.#escapes = new Escapes(this.#checker);
  }

  report(): StateReport {
    return { findings: this.#findings, exempt: this.#exempt };
  }

  visit(node: ts.Node): void {
    if (ts.isVariableDeclaration(node) && enclosingFunction(node) === undefined) this.#moduleLevel(node);
    else if (ts.isPropertyDeclaration(node)) this.#field(node);
    else if (ts.isIdentifier(node)) this.#captured(node);
  }

  #refuse(declaration: ts.Node, rule: string, message: string): void {
    if (this.#judged.has(declaration)) return;
    this.#judged.add(declaration);
    const marker = markerFor(declaration);
    if (marker !== undefined) this.#exempt[marker] += 1;
    else
      this.#findings.push(
        findingAt(
          this.#project,
          declaration,
          rule,
          `${message}${message.endsWith('else') ? '' : ';'} ${remedy}`,
        ),
      );
  }

  #moduleLevel(node: ts.VariableDeclaration): void {
    if (ts.isForStatement(node.parent.parent) || ts.isForOfStatement(node.parent.parent)) return;
    const name = node.name.getText();
    if (!isConstant(node)) {
      this.#refuse(node, 'module-variable', `'${name}' is a module-level variable`);
      return;
    }
    const mutable = describeMutable(this.#checker, this.#checker.getTypeAtLocation(node.name), 'module');
    if (mutable !== undefined) {
      this.#refuse(node, 'module-container', `'${name}' is a constant that holds ${mutable}; ${constants}`);
    } else if (isStickyPattern(node.initializer)) {
      this.#refuse(
        node,
        'module-container',
        `'${name}' is a pattern with flag g or y, which keeps lastIndex`,
      );
    } else this.#literalObject(node, node.initializer);
  }

  #field(node: Field): void {
    const name = node.name.getText();
    if (!isReadonly(node)) {
      this.#refuse(node, 'field-variable', `field '${name}' is not readonly`);
      return;
    }
    const type = this.#checker.getTypeAtLocation(node);
    const mutable = describeMutable(this.#checker, type, isStatic(node) ? 'module' : 'field');
    const values = fieldValues(node);
    if (mutable !== undefined) {
      const rule = isStatic(node) ? 'module-container' : 'field-container';
      this.#refuse(node, rule, `field '${name}' holds ${mutable}; ${constants}`);
    } else if (values.some((value) => this.#ownsMemory(type, value))) {
      this.#refuse(node, 'field-container', `field '${name}' holds memory of its own, not a view`);
    } else for (const value of values) this.#literalObject(node, value);
  }

  /** A typed array or buffer made on the spot; a table declared ArrayLike is a constant. */
  #ownsMemory(type: ts.Type, value: ts.Expression): boolean {
    const name = type.symbol?.name ?? '';
    if (!isTypedArray(type) && name !== 'ArrayBuffer' && name !== 'SharedArrayBuffer') return false;
    return allocatesMemory(this.#checker, bareExpression(value));
  }

  /** An object literal is a constant until some code writes one of its properties. */
  #literalObject(declaration: Field | ts.VariableDeclaration, value: ts.Expression | undefined): void {
    if (value === undefined || !ts.isObjectLiteralExpression(bareExpression(value))) return;
    const symbol = this.#checker.getSymbolAtLocation(declaration.name);
    const write = symbol && this.#writes.of(symbol, 'content')[0];
    if (write === undefined) return;
    const name = declaration.name.getText();
    this.#refuse(declaration, 'object-written', `'${name}' is a literal object changed at ${place(write)}`);
  }

  /** Judges the declaration an identifier names, when a function that outlives the call captures it. */
  #captured(use: ts.Identifier): void {
    const symbol = this.#symbolOf(use);
    const declaration = symbol?.valueDeclaration;
    if (symbol === undefined || declaration === undefined || declaration === use.parent) return;
    if (!isLocal(declaration)) return;
    const outer = enclosingFunction(declaration);
    const inner = outer && innerFunction(use, outer);
    if (outer === undefined || inner === undefined || this.#judged.has(declaration)) return;
    const reason = this.#stateIn(symbol, declaration, outer);
    if (reason === undefined || !this.#escapes.escapes(inner, outer)) return;
    this.#refuse(declaration, reason.rule, `${reason.message} captured by the function at ${line(inner)}`);
  }

  #stateIn(symbol: ts.Symbol, declaration: Local, outer: ts.Node) {
    const name = declaration.name.getText();
    const fromInside = (write: Write) => write.inside !== undefined && write.inside !== outer;
    if (isLetVariable(declaration)) {
      return { rule: 'captured-variable', message: `variable '${name}' is` };
    }
    if (this.#writes.of(symbol, 'binding').some(fromInside)) {
      return { rule: 'captured-variable', message: `'${name}' is changed and` };
    }
    const value = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
    if (value === undefined || !this.#isFresh(bareExpression(value))) return undefined;
    if (!this.#writes.of(symbol, 'content').some(fromInside)) return undefined;
    return { rule: 'captured-container', message: `container '${name}' is changed and` };
  }

  /** A container that the function makes itself, as against a view of memory it was handed. */
  #isFresh(value: ts.Expression): boolean {
    if (ts.isObjectLiteralExpression(value) || ts.isArrayLiteralExpression(value)) return true;
    if (allocatesMemory(this.#checker, value)) return true;
    if (!ts.isNewExpression(value) && !ts.isCallExpression(value)) return false;
    const type = this.#checker.getTypeAtLocation(value);
    return describeMutable(this.#checker, type, 'field') !== undefined;
  }

  #symbolOf(use: ts.Identifier): ts.Symbol | undefined {
    return ts.isShorthandPropertyAssignment(use.parent)
      ? this.#checker.getShorthandAssignmentValueSymbol(use.parent)
      : this.#checker.getSymbolAtLocation(use);
  }
}

function isLocal(node: ts.Node): node is Local {
  return ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node);
}

/** The declaration a pattern's element belongs to: `let { a, b } = c` declares by its outermost part. */
function variableOf(node: Local): ts.Node {
  let current: ts.Node = node;
  while (ts.isBindingElement(current)) current = current.parent.parent;
  return current;
}

function isLetVariable(node: Local): boolean {
  const variable = variableOf(node);
  return ts.isVariableDeclaration(variable) && ts.isVariableDeclarationList(variable.parent)
    ? !isConstant(variable)
    : false;
}

function statementOf(node: ts.Node): ts.Node {
  let current = node;
  while (current.parent !== undefined && !ts.isStatement(current) && !ts.isClassElement(current)) {
    current = current.parent;
  }
  return current;
}

/** The marker that exempts a declaration: its own, its statement's, or `scratch` above the class it is in. */
function markerFor(declaration: ts.Node): Marker | undefined {
  const marker = markerAbove(declaration) ?? markerAbove(statementOf(declaration));
  if (marker === 'cache' || marker === 'wiring') return marker;
  if (!ts.isPropertyDeclaration(declaration) || isStatic(declaration)) return undefined;
  return markerAbove(declaration.parent) === 'scratch' ? 'scratch' : undefined;
}

function markerAbove(node: ts.Node): Marker | undefined {
  for (const comment of commentAbove(node)) {
    const match = /^(cache|wiring|scratch): *(.*)$/.exec(comment);
    if (match !== null && (match[2] ?? '').length >= shortestReason) return match[1] as Marker;
  }
  return undefined;
}

function isReadonly(node: Field): boolean {
  return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Readonly) !== 0;
}

function isStatic(node: Field): boolean {
  return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) !== 0;
}

/** What the class itself puts into the field: its initialiser and the constructor's assignments. */
function fieldValues(node: Field): ts.Expression[] {
  const values = node.initializer === undefined ? [] : [node.initializer];
  const name = node.name.getText();
  for (const member of node.parent.members) {
    if (!ts.isConstructorDeclaration(member)) continue;
    forEachNode(member, (part) => {
      if (!ts.isBinaryExpression(part) || part.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return;
      const target = part.left;
      if (!ts.isPropertyAccessExpression(target) || target.name.text !== name) return;
      if (target.expression.kind === ts.SyntaxKind.ThisKeyword) values.push(part.right);
    });
  }
  return values;
}

function isStickyPattern(value: ts.Expression | undefined): boolean {
  if (value === undefined) return false;
  const bare = bareExpression(value);
  return ts.isRegularExpressionLiteral(bare) && /\/[a-z]*[gy][a-z]*$/.test(bare.text);
}

function line(node: ts.Node): string {
  const file = node.getSourceFile();
  return `line ${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`;
}

function place(write: Write): string {
  const name = write.node.getSourceFile().fileName.split('/').at(-1);
  return `${name}, ${line(write.node)}`;
}
