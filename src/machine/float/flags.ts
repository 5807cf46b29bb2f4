/**
 * How an operation reports the IEEE 754 exceptions it meets.
 *
 * Every operation of this folder is a pure function of bit patterns, but for one thing: it hands the flags it raises
 * (`FloatFlag` values, or-ed together) to a sink its caller provides. So nothing is allocated for the report and no
 * module keeps state: the caller's sink ors the flags into whatever memory cell holds `fflags`.
 */

/** Receives the flags of one exceptional event; called at most twice per operation and not at all if none arose. */
export type RaiseFlags = (flags: number) => void;
