import { chromium } from "playwright-core";
const [,, file, out, theme="light", w="1440", h="900", ...steps] = process.argv;
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const p = await b.newPage({ viewport: { width: +w, height: +h }, colorScheme: theme });
p.on("console", m => console.log("console:", m.text())); p.on("pageerror", e => console.log("pageerror:", e));
const t0 = Date.now();
await p.goto("file://" + file);
await p.waitForSelector("html[data-ready]", {timeout: 5000}).catch(e=>console.log("NOT READY"));
console.log("load", Date.now() - t0);
for (const s of steps) { const [k, ...r] = s.split("="); const v = r.join("=");
  if (k === "key") await p.keyboard.press(v); else if (k === "click") await p.click(v); else if (k==="dbl") await p.dblclick(v); else if (k === "fill") await p.fill("input[type=search]", v); else if (k==="scroll") await p.evaluate(y=>scrollTo(0,y), +v); else if (k==="xy") { const [x,y]=v.split(","); await p.mouse.click(+x,+y);} else if (k==="hover") { const [x,y]=v.split(","); await p.mouse.move(+x,+y);} 
  await p.waitForTimeout(120); }
await p.screenshot({ path: out }); await b.close();
