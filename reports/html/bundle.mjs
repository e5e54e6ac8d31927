// node bundle.mjs SOURCE BINARY PAGE: one HTML file with style and script inside, and a content security
// policy that allows exactly those two, by hash. The report's data goes where k_data_mark (html.cpp) stands.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [source, binary, page] = process.argv.slice(2);
const require = createRequire(`${binary}/package.json`);
const esbuild = require("esbuild");

const built = await esbuild.build({
  entryPoints: { page: `${source}/src/main.tsx`, style: `${source}/src/style.css` },
  bundle: true,
  minify: true,
  write: false,
  outdir: binary,
  charset: "utf8",
  target: ["chrome110", "firefox115", "safari16"],
  jsx: "automatic",
  jsxImportSource: "preact",
  nodePaths: [`${binary}/node_modules`],
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
});

const output = (suffix) => {
  const text = built.outputFiles.find((file) => file.path.endsWith(suffix)).text.trim();
  if (/<\/(script|style)|<!--/i.test(text)) throw new Error(`${suffix} would end its own element`);
  return text;
};
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const script = output("page.js");
const style = output("style.css");
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");
const licenses = ["preact", "d3-hierarchy"].map((name) => {
  const text = readFileSync(`${binary}/node_modules/${name}/LICENSE`, "utf8").trim().replaceAll("--", "- -");
  return `${name}\n\n${text}`;
});

writeFileSync(
  page,
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>buildprint</title>
<style>${style}</style>
</head>
<body>
<noscript><p>This report is drawn by the script that it carries: allow scripts for this file to read it. It
loads nothing from anywhere. The same report as text: <code>buildprint diff --format text</code>.</p></noscript>
<div id="page"></div>
<script type="application/json" id="data">@DATA@</script>
<script>${script}</script>
<!-- Parts of other projects in this page:

${licenses.join("\n\n")}
-->
</body>
</html>
`,
);
