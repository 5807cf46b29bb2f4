// What programs/build.mjs offers to TypeScript.

/** What a build made, as written to manifest.json. */
export interface ProgramsManifest {
  /** First line of the compiler's --version. */
  readonly compiler: string;
  /** Digest over all sources, in hexadecimal. */
  readonly sources: string;
  /** Names in bin that are other names of programs there. */
  readonly links: Readonly<Record<string, string>>;
  readonly programs: Readonly<Record<string, { readonly size: number; readonly sha256: string }>>;
}

/** Builds every program into the directory `out`, with its manifest. Throws if the compiler is absent or refuses. */
export function buildAll(out: string): ProgramsManifest;
/** The digest that a build of the present sources would write. */
export function sourceDigest(): string;
/** First line of the compiler's --version. Throws if there is no compiler. */
export function compilerVersion(): string;
