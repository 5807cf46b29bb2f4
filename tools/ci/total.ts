// Adds up what the suites of a build reported. A suite is one report file (the house checks' list, or a
// report in the JSON form Jest and Vitest share) and the exit status of the command that wrote it. The status
// has the last word: a suite that failed without a failed test to show for it counts as one failure.

/** Tests passed and failed. */
export interface Total {
  readonly passed: number;
  readonly failed: number;
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

type CheckReport = readonly { readonly passed: boolean }[];

/** Counts one suite. `report` is the text of its report, undefined when it wrote none. */
export function countSuite(report: string | undefined, status: number): Total {
  const counted = report === undefined ? undefined : countReport(report);
  if (counted === undefined || counted.passed + counted.failed === 0) return { passed: 0, failed: 1 };
  return status !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

function countReport(text: string): Total | undefined {
  let report: CheckReport | VitestReport;
  try {
    report = JSON.parse(text);
  } catch {
    return undefined; // Cut off in the middle of writing: the suite did not end.
  }
  return 'testResults' in report ? countVitest(report) : countChecks(report);
}

function countChecks(report: CheckReport): Total {
  const passed = report.filter((check) => check.passed).length;
  return { passed, failed: report.length - passed };
}

/** A file that failed with no failed test in it (it did not load, or its hooks threw) is one failure. */
function countVitest(report: VitestReport): Total {
  let failed = 0;
  for (const file of report.testResults) {
    const inFile = file.assertionResults.filter(({ status }) => status === 'failed').length;
    failed += inFile === 0 && file.status === 'failed' ? 1 : inFile;
  }
  return { passed: report.numPassedTests, failed };
}

/** Adds suites up. */
export function addTotals(totals: readonly Total[]): Total {
  return totals.reduce(
    (sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }),
    { passed: 0, failed: 0 },
  );
}
