import { cpSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { aSiteDecision, SITE } from '../support/app.ts'
import { aSmallDisk } from '../support/backups.ts'
import { assent } from '../support/cli.ts'
import { aSecret } from '../support/decisions.ts'
import { readExposition } from '../support/exposition.ts'
import { aDataFolder, postTo, serve } from '../support/serve.ts'

const PATIENCE = { timeout: 15_000 }

type Decision = ReturnType<typeof aSiteDecision>
interface Entries {
  readonly entries: readonly { readonly id: string; readonly index: number }[]
}

const disk = aSmallDisk(6 * 1024 * 1024)
afterAll(() => disk?.remove())

test.runIf(disk !== undefined)(
  'while the disk is full decisions are refused and kept by their senders; with room again nothing is lost or doubled',
  { timeout: 60_000 },
  async () => {
    const made = await aDataFolder()
    const folder = join(disk!.folder, 'data')
    cpSync(made.folder, folder, { recursive: true })
    const server = await serve(folder, {
      environment: { ASSENT_METRICS_PORT: '0', ASSENT_CHECKPOINT_MS: '50' },
    })
    const acknowledged = new Map<string, number>()
    const kept: Decision[] = []
    let n = 0
    const send = async (decisions: readonly Decision[]): Promise<Response> => {
      const answer = await postTo(server.url, JSON.stringify({ decisions }))
      if (answer.status !== 200) return answer
      const { entries } = (await answer.json()) as Entries
      for (const { id, index } of entries) acknowledged.set(id, index)
      return answer
    }
    const batch = () =>
      Array.from({ length: 8 }, () => aSiteDecision({ decidedAt: Date.now() - 10, secret: aSecret(++n) }))

    for (let round = 0; round < 5; round++) expect((await send(batch())).status).toBe(200)

    // All but a few pages are taken by something else.
    const filler = join(disk!.folder, 'filler')
    const { bavail, bsize } = statfsSync(disk!.folder)
    writeFileSync(filler, Buffer.alloc(bavail * bsize - 200_000))
    let refused: Response | undefined
    for (let round = 0; round < 200 && !refused; round++) {
      const decisions = batch()
      const answer = await send(decisions)
      if (answer.status === 200) continue
      refused = answer
      kept.push(...decisions)
    }
    expect(refused?.status).toBe(503)
    expect(Number(refused!.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused!.json()).toMatchObject({ type: 'urn:assent:problem:storage-unavailable' })
    for (let round = 0; round < 10; round++) {
      const decisions = batch()
      const { status } = await send(decisions)
      expect([200, 503]).toContain(status)
      if (status === 503) kept.push(...decisions)
    }
    const refusals = kept.length
    const metrics = String(server.lines().find(line => line['event'] === 'metrics')!['address'])
    const families = readExposition(await (await fetch(metrics)).text())
    const full = families
      .get('assent_commit_failures_total')!
      .samples.find(({ labels }) => labels['database'] === 'ledger' && labels['kind'] === 'full')
    expect(full!.value).toBeGreaterThan(0)

    rmSync(filler)
    for (const decision of kept) expect((await send([decision])).status).toBe(200)
    expect((await send(batch())).status).toBe(200)
    await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status, PATIENCE).not.toBe(503)
    expect(await server.end()).toBe(0)

    const { out, code } = await assent(['verify', '--data', folder, '--json'])
    expect(code).toBe(0)
    const [report] = (JSON.parse(out) as { sites: { entries: number }[] }).sites
    const published = await made.read(store => store.log(SITE).size)
    expect(report!.entries).toBe(published + n)
    expect(acknowledged.size).toBe(n)
    expect(new Set(acknowledged.values()).size).toBe(n)
    console.log(
      `full disk: ${n} decisions, ${refusals} refused and sent again, ${acknowledged.size} found once each`,
    )
    made.remove()
  },
)
