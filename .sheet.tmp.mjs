// contact sheet by chromium
import {readFileSync} from 'node:fs'
const {launchBrowser}=await import('/work/wt/looks/test/support/page.ts')
const [out,w,...files]=process.argv.slice(2)
const b=await launchBrowser(); const p=await b.newPage({viewport:{width:1800,height:900}})
await p.setContent(`<body style="margin:0;display:flex;flex-wrap:wrap;gap:8px;background:#888">`+files.map(f=>`<img style="width:${w}px" src="data:image/png;base64,${readFileSync(f).toString('base64')}">`).join(''))
await p.waitForTimeout(500)
await p.screenshot({path:out,fullPage:true}); await b.close()
