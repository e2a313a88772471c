import { writeFileSync } from 'node:fs';

/** Jest reporter: leaves the counts for scripts/test.mjs, which prints them last. A file that broke counts as failed. */
// oxlint-disable-next-line import/no-default-export -- Jest loads a reporter by its default export
export default class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const counts = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    writeFileSync(process.env.CLOSING_LINE_FILE, JSON.stringify(counts));
  }
}
