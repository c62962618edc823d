import { readFileSync } from 'node:fs'
import { startBrowser } from './server/src/base/test-browser.ts'
const [out = '', ...files] = process.argv.slice(2)
const browser = await startBrowser()
const page = await browser.newPage({ viewport: { width: 1500, height: 100 } })
await page.setContent(`<body style="margin:0;background:#888;display:flex;gap:10px;align-items:flex-start;width:max-content">${files.map((f) => `<img src="data:image/png;base64,${readFileSync(f).toString('base64')}">`).join('')}`)
await page.waitForTimeout(300)
const w = await page.evaluate('document.body.scrollWidth'); const h = await page.evaluate('document.body.scrollHeight')
await page.setViewportSize({ width: Number(w), height: Number(h) })
await page.screenshot({ path: out })
await browser.close()
