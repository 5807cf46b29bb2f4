// Opens the project's sources with the TypeScript compiler, for the tools that judge code by its meaning.
// Paths in reports are relative to the root and use forward slashes, whatever the host.
import { relative, resolve, sep } from 'node:path';
import ts from 'typescript';

/** A program and the folder its paths are reported from. */
export interface Project {
  readonly root: string;
  readonly program: ts.Program;
}

/** One thing found wrong, at a place an editor can jump to. `line` and `column` count from 1. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly rule: string;
  readonly message: string;
}

/** Compiler options of the tsconfig file at `path` and the files it names. Throws when it cannot be read. */
function readConfiguration(path: string): ts.ParsedCommandLine {
  const host: ts.ParseConfigFileHost = {
    useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames,
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    getCurrentDirectory: ts.sys.getCurrentDirectory,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '));
    },
  };
  const parsed = ts.getParsedCommandLineOfConfigFile(path, {}, host);
  if (parsed === undefined) throw new Error(`cannot read ${path}`);
  return parsed;
}

/** Opens what the configuration file names or, when given, `files` under the same compiler options. */
export function openProject(root: string, configuration: string, files?: readonly string[]): Project {
  const parsed = readConfiguration(resolve(root, configuration));
  const names = files?.map((file) => resolve(root, file)) ?? parsed.fileNames;
  return { root: resolve(root), program: ts.createProgram([...names], parsed.options) };
}

/** The file's path from the project's root, with forward slashes. */
export function projectPath(project: Project, file: ts.SourceFile): string {
  return relative(project.root, file.fileName).split(sep).join('/');
}

/** The project's own files whose path begins with one of `folders` (each ends in a slash). */
export function filesUnder(project: Project, folders: readonly string[]): ts.SourceFile[] {
  return project.program.getSourceFiles().filter((file) => {
    const path = projectPath(project, file);
    return !file.isDeclarationFile && folders.some((folder) => path.startsWith(folder));
  });
}

/** A finding at the first character of `node`. */
export function findingAt(project: Project, node: ts.Node, rule: string, message: string): Finding {
  const file = node.getSourceFile();
  const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
  return { file: projectPath(project, file), line: line + 1, column: character + 1, rule, message };
}

/** Prints findings as `file:line:column rule: message`, in order of place. */
export function printFindings(findings: readonly Finding[]): void {
  const ordered = [...findings].sort(
    (a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column,
  );
  for (const { file, line, column, rule, message } of ordered) {
    process.stdout.write(`${file}:${line}:${column} ${rule}: ${message}\n`);
  }
}
