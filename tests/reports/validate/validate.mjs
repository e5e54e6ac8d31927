// Holds the reports in ./reports against what others say a report of that format is.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { instance } from "@viz-js/viz";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { marked } from "marked";
import YAML from "yaml";

const read = (file) => readFileSync(file, "utf8");
const files = (ending) => readdirSync("reports").filter((name) => name.endsWith(ending)).map((name) => `reports/${name}`);
const multitool = "node_modules/@microsoft/sarif-multitool-linux";

function validator(schema) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  // The schema of SARIF names an older dialect, of which it uses only what the newer ones share.
  const validate = ajv.compile({ ...JSON.parse(read(schema)), $schema: undefined });
  return (value, name) => assert.ok(validate(value), `${name}: ${ajv.errorsText(validate.errors)}`);
}

const ours = (name) => validator(`${process.env.SCHEMAS}/${name}.schema.json`);
const external = (name) => validator(`${process.env.EXTERNAL}/${name}.schema.json`);

function checkAll(ending, check, parse = JSON.parse) {
  const found = files(ending);
  assert.ok(found.length >= 2, `reports ending in ${ending}`);
  for (const file of found) check(parse(read(file)), file);
}

test("diffs and fingerprints match their schemas", () => {
  const diff = ours("diff");
  for (const name of ["sample", "same", "incomplete", "hostile", "crafted", "large"])
    diff(JSON.parse(read(`reports/${name}.json`)), name);
  checkAll(".fingerprint.json", ours("fingerprint"));
});

test("recordings match their schema, line by line", () => {
  const check = ours("recording");
  const lines = read("reports/sample.recording").trimEnd().split("\n");
  lines.forEach((line, i) => check(JSON.parse(line), `line ${i + 1}`));
});

test("policies match their schema, and what the reader refuses does not", () => {
  const check = ours("policy");
  const accepted = { behaviors: ["0".repeat(32)], reason: "new registry", owner: "build", expires: "2027-01-31" };
  check({ format: "buildprint/policy/1", levels: { listen: "warn" }, accepted: [accepted],
    allow: [{ kind: ["connect", "resolve"], destination: "*.example", reason: "ours" }], deny: [{ user: "root", reason: "no" }] }, "full");
  for (const wrong of [{}, { format: "buildprint/policy/1", allow: [{ kind: "connect" }] },
    { format: "buildprint/policy/1", levels: { listen: "ignore" } }, { format: "buildprint/policy/1", surprise: 1 }])
    assert.throws(() => check(wrong, "wrong"));
});

test("a schema refuses what is no report", () => {
  const diff = ours("diff"), good = JSON.parse(read("reports/sample.json"));
  for (const change of [{ verdict: "fine" }, { findings: [{}] }, { format: "buildprint/diff/2" }, { extra: 1 }])
    assert.throws(() => diff({ ...good, ...change }, "changed"));
});

test("SARIF matches the official schema", () => checkAll(".sarif", validator(`${multitool}/sarif-2.1.0.json`)));

test("SARIF passes Microsoft's validator with the rules of SARIF and of GitHub", (context) => {
  if (process.arch !== "x64") return context.skip("the validator is built for x64 only");
  const tool = `${multitool}/Sarif.Multitool`;
  chmodSync(tool, 0o755);
  for (const file of files(".sarif")) {
    const log = `${file}.log`;
    // Its exit code is 0 even with errors: only the log tells.
    execFileSync(tool, ["validate", file, "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note", "-o", log,
      "--log", "ForceOverwrite"], { env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1" } });
    const [run] = JSON.parse(read(log)).runs;
    const bad = run.results.filter((result) => (result.level ?? "warning") !== "note");
    assert.deepEqual(bad.map((result) => [result.ruleId, result.message]), [], file);
    assert.ok(run.results.length > 0, "a validator that says nothing did not run");
  }
});

test("GitLab code quality, in-toto and Spyderbat documents match what their readers publish", () => {
  checkAll(".codequality.json", external("code-quality"));
  checkAll(".verdict.intoto.json", external("test-result"));
  checkAll(".verdict.statement.json", external("statement"));
  checkAll(".runtime-trace", external("runtime-trace"));
  checkAll(".spyderbat", external("spyderbat-fingerprint"), YAML.parse);
});

test("JUnit and DOT are read by their programs", (context) => {
  for (const file of files(".junit.xml")) execFileSync("python3", ["-c", "import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])", file]);
  if (!existsSync("/usr/bin/dot")) return context.diagnostic("no graphviz: DOT files were not read");
  for (const file of files(".dot")) execFileSync("/usr/bin/dot", ["-Tsvg", file]);
});

test("rendered Markdown has no link, image or script that a name brought", () => {
  for (const file of files(".md")) {
    const html = marked.parse(read(file), { gfm: true });
    for (const [, link] of html.matchAll(/<a href="([^"]*)"/g)) assert.match(link, /^https:\/\/attack\.mitre\.org\/techniques\/T[\d/]+$/, file);
    assert.doesNotMatch(html, /<(img|script|iframe|style|svg|input)/i, file);
    const text = html.replace(/<(code|pre)[\s\S]*?<\/\1>/g, "");
    assert.doesNotMatch(text, /(^|[^\w])@\w/, `${file}: a mention`);
    const cells = [...html.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row]) => row.match(/<t[hd]/g).length);
    assert.ok(cells.every((count) => count === 3), `${file}: a table of ${cells} columns`);
  }
});

test("Graphviz itself lays out the graphs, and hostile names stay text", async () => {
  const viz = await instance();
  const found = files(".dot");
  assert.ok(found.some((name) => name.includes("hostile")) && found.length >= 2);
  for (const file of found) {
    const drawn = viz.render(read(file), { format: "svg" });
    const errors = drawn.errors.filter(({ level }) => level === "error"); // it warns of fonts that it has not
    assert.deepEqual(errors, [], file);
    assert.equal(drawn.status, "success", file);
    assert.ok(!/<(script|img|a )/.test(drawn.output), file);
  }
});
