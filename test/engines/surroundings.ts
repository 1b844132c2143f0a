import { expect, test } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { eventually } from '../support/page.ts'
import type { Stage } from './stage.ts'
import { acknowledged, FIRST, postedIn, ran } from './visit.ts'

/** What is around a choice: a policy, assistive tools, a receipt. */
export function surroundingsHold(stage: Stage): void {
  test('the harshest policy is violated in no view, and what waits runs; a violation would be seen', async () => {
    const policy = `default-src 'none'; img-src 'self'; script-src 'nonce-n' ${stage.world.host}; connect-src ${stage.world.host}; require-trusted-types-for 'script'; trusted-types 'none'; report-uri /violations`
    const nonced = stage.world.snippet.replaceAll('<script', '<script nonce="n"')
    const html = `<!doctype html><html lang="en"><title>Harsh</title>${nonced}<body><p>text</p>
      <script type="text/plain" nonce="n" data-consent="analytics">(window.ran??=[]).push('inline')</script>
      <script nonce="n">
        addEventListener('securitypolicyviolation', event => (window.violated ??= []).push(event.violatedDirective))
      </script>`
    const reports = (): string[] => stage.network.askedFor('/violations')
    const violated = (): Promise<string[]> =>
      stage.tab.evaluate(() => (globalThis as { violated?: string[] }).violated ?? [])
    stage.world.plain.serve('www.loom.test/favicon.ico', '')
    await stage.tab.go(stage.pageOf(html, { 'content-security-policy': policy }))
    await stage.tab.click(FIRST.settings)
    await stage.tab.shows('dialog')
    await stage.tab.press('Escape')
    await stage.tab.click(FIRST.accept)
    await eventually(() => ran(stage.tab)).toEqual(['inline'])
    await stage.tab.click('[data-assent=open]')
    await stage.tab.shows('dialog')
    await acknowledged(stage.tab, stage.network, 1)
    expect(await violated()).toEqual([])
    expect(reports()).toEqual([])
    const refused = await stage.tab.evaluate(() => {
      const style = document.createElement('style')
      document.body.append(style)
      try {
        document.querySelector('p')!.innerHTML = '<b>bold</b>'
        return false
      } catch {
        return true
      }
    })
    expect(refused).toBe(true)
    await eventually(violated).toContain('require-trusted-types-for')
    await eventually(() => reports().length).toBeGreaterThan(0)
  })

  test('axe finds nothing in the first layer and in the settings', async () => {
    await stage.tab.go(stage.world.loom)
    await stage.tab.shows(FIRST.accept)
    expect(await axeFindings(stage.tab, ['color-contrast', 'button-name'])).toEqual([])
    await stage.tab.click(FIRST.settings)
    await stage.tab.shows('dialog [data-assent=save]')
    expect(await axeFindings(stage.tab, ['color-contrast', 'button-name'])).toEqual([])
  })

  test('the page that checks receipts finds that a real one holds, and that a changed one does not', async () => {
    await stage.openShop()
    await stage.tab.click(FIRST.reject)
    await acknowledged(stage.tab, stage.network, 1)
    const { id } = postedIn(stage.network)[0]!
    const receipt = await (await fetch(`${stage.world.local}/v1/sites/loom/receipts/${id}`)).text()
    const verdict = async (text: string): Promise<string> => {
      await stage.tab.go(`${stage.world.local}/verify`)
      await stage.tab.click('.paste summary')
      await stage.tab.evaluate(pasted => {
        document.querySelector<HTMLTextAreaElement>('#paste')!.value = pasted
      }, text)
      await stage.tab.click('.paste button')
      await stage.tab.shows('#verdict')
      return stage.tab.evaluate(() => document.querySelector('#verdict')!.textContent)
    }
    expect(await verdict(receipt)).toBe('This receipt holds.')
    const changed = receipt.replaceAll('analytics\\":false', 'analytics\\":true')
    expect(changed).not.toBe(receipt)
    expect(await verdict(changed)).toBe('This receipt does not hold.')
  })
}
