/**
 * How an operation reports the IEEE 754 exceptions it meets.
 *
 * Every operation of this folder is a pure function of bit patterns, but for one thing: it hands the flags it raises
 * (`FloatFlag` values, or-ed together) to a sink its caller provides. So nothing is allocated for the report and no
 * module keeps state: the caller's sink ors the flags into whatever memory cell holds `fflags`.
 */

/** Receives the flags an operation raises, or-ed together: called once, or not at all if there are none. */
export type RaiseFlags = (flags: number) => void;
