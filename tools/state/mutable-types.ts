// Whether a type is a container that can be changed in place, judged by what the type lets a holder do.
//   changed:   Map, Set, WeakMap, WeakSet and whatever has `delete` with `set` or `add`; arrays and tuples
//              that are not readonly; a writable index signature (Record, typed arrays); buffers; Date
//   unchanged: ReadonlyMap, ReadonlySet, readonly arrays, `as const`, ArrayLike, Readonly<Record<…>>, if
//              what they hold is unchanged too
// A table of numbers for speed is declared ArrayLike<number> and made from a typed array.
import ts from 'typescript';

/** `module`: a module-level constant. `field`: a class field, where views of handed memory are no state. */
export type Place = 'module' | 'field';

const buffers = new Set(['ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Memory', 'Table', 'Global']);
const deepest = 6;

function hasProperties(type: ts.Type, ...names: readonly string[]): boolean {
  return names.some((name) => type.getProperty(name) !== undefined);
}

/** Whether the type is a typed array or a part of one that can still be written. */
export function isTypedArray(type: ts.Type): boolean {
  return hasProperties(type, 'BYTES_PER_ELEMENT') && hasProperties(type, 'copyWithin');
}

function describeList(checker: ts.TypeChecker, type: ts.Type, place: Place, depth: number) {
  const reference = type as ts.TypeReference;
  const elements = checker.getTypeArguments(reference);
  if (checker.isTupleType(type)) {
    const target = reference.target as ts.TupleType;
    if (!target.readonly) return 'a mutable tuple';
  } else if (type.symbol?.name !== 'ReadonlyArray') {
    return 'a mutable array';
  }
  return describeParts(checker, elements, place, depth);
}

function describeParts(
  checker: ts.TypeChecker,
  types: readonly ts.Type[],
  place: Place,
  depth: number,
): string | undefined {
  for (const type of types) {
    const found = describeMutable(checker, type, place, depth + 1);
    if (found !== undefined) return `${found} inside it`;
  }
  return undefined;
}

function describeBuiltIn(type: ts.Type, place: Place): string | undefined {
  const name = type.symbol?.name ?? '';
  if (hasProperties(type, 'delete') && hasProperties(type, 'set', 'add')) return `a ${name || 'collection'}`;
  if (name === 'Date') return 'a Date';
  if (place === 'field') return undefined;
  if (isTypedArray(type)) return `a ${name || 'typed array'} (declare it ArrayLike<number>)`;
  if (buffers.has(name)) return `a ${name}`;
  return undefined;
}

/** Properties of an object type written in the project itself: library types are judged as wholes above. */
function describeProperties(
  checker: ts.TypeChecker,
  type: ts.Type,
  place: Place,
  depth: number,
): string | undefined {
  if (type.isClass() || type.getCallSignatures().length > 0) return undefined;
  for (const property of type.getProperties()) {
    const declaration = property.valueDeclaration;
    if (declaration === undefined || declaration.getSourceFile().isDeclarationFile) continue;
    if (!ts.isPropertyAssignment(declaration) && !ts.isPropertySignature(declaration)) continue;
    const found = describeMutable(checker, checker.getTypeOfSymbol(property), place, depth + 1);
    if (found !== undefined) return `${found} in '${property.name}'`;
  }
  return undefined;
}

function writableIndex(checker: ts.TypeChecker, type: ts.Type): boolean {
  return checker.getIndexInfosOfType(type).some((info) => !info.isReadonly);
}

/** What makes the type a mutable container, in words, or undefined when nothing does. */
export function describeMutable(
  checker: ts.TypeChecker,
  type: ts.Type,
  place: Place,
  depth = 0,
): string | undefined {
  if (depth > deepest) return undefined;
  if (type.isUnionOrIntersection()) {
    for (const part of type.types) {
      const found = describeMutable(checker, part, place, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if ((type.flags & ts.TypeFlags.Object) === 0) return undefined;
  if (checker.isArrayType(type) || checker.isTupleType(type)) {
    return describeList(checker, type, place, depth);
  }
  const builtIn = describeBuiltIn(type, place);
  if (builtIn !== undefined) return builtIn;
  if (isTypedArray(type)) return undefined;
  if (writableIndex(checker, type)) return 'an object with a writable index';
  if (['ReadonlyMap', 'ReadonlySet'].includes(type.symbol?.name ?? '')) {
    return describeParts(checker, checker.getTypeArguments(type as ts.TypeReference), place, depth);
  }
  // What an interface promises is not what a field owns: only module constants are looked into.
  return place === 'module' ? describeProperties(checker, type, place, depth) : undefined;
}

const typedArrayName = /^(?:(?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array|(?:Shared)?ArrayBuffer)$/;

/** Whether the expression makes memory of its own (`new Uint8Array(64)`) and not a view of memory handed in. */
export function allocatesMemory(checker: ts.TypeChecker, expression: ts.Expression): boolean {
  if (ts.isNewExpression(expression)) {
    if (!ts.isIdentifier(expression.expression)) return false;
    if (!typedArrayName.test(expression.expression.text)) return false;
    const first = expression.arguments?.[0];
    return first === undefined || !isBuffer(checker.getTypeAtLocation(first));
  }
  if (!ts.isCallExpression(expression) || !ts.isPropertyAccessExpression(expression.expression)) return false;
  const { expression: base, name } = expression.expression;
  if (ts.isIdentifier(base) && typedArrayName.test(base.text)) return ['from', 'of'].includes(name.text);
  return ['slice', 'map', 'filter'].includes(name.text) && isTypedArray(checker.getTypeAtLocation(base));
}

function isBuffer(type: ts.Type): boolean {
  if (type.isUnion()) return type.types.every(isBuffer);
  return buffers.has(type.symbol?.name ?? '');
}
