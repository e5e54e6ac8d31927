const { execFileSync } = require("child_process");
const { mkdtempSync, rmdirSync } = require("fs");
const { tmpdir } = require("os");
const { join } = require("path");

it("starts a program, in a directory of its own", () => {
  const cwd = mkdtempSync(join(tmpdir(), "mocha-"));
  execFileSync("uname", { cwd });
  rmdirSync(cwd);
});
