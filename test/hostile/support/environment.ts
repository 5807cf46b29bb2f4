/** How much the hostile tests do: HOSTILE_CASES=n instead of what a suite does by itself, HOSTILE_SEED=n other cases. */

function fromEnvironment(name: string, otherwise: number): number {
  const text = process.env[name];
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text)) throw new Error(`${name}=${text}: it must be a whole number`);
  return Number(text);
}

export const hostileCases = (otherwise: number): number => fromEnvironment('HOSTILE_CASES', otherwise);
export const hostileSeed = (): number => fromEnvironment('HOSTILE_SEED', 1);
