const { execFileSync } = require("child_process");
const { mkdtempSync, rmSync, writeFileSync } = require("fs");
const { tmpdir } = require("os");
const { join } = require("path");

it("starts a program, in a directory of its own", () => {
  const cwd = mkdtempSync(join(tmpdir(), "mocha-"));
  execFileSync("uname", { cwd });
  writeFileSync(join(cwd, "out"), "");
  rmSync(cwd, { recursive: true });
});
