import { readFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { AsksAgain } from '../../shared/domain/material-change.ts'
import type { TextKind } from '../../shared/domain/publication.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import type { Fault } from '../../shared/schemas/loose-site.ts'
import { asksAgainFile, sinceOf } from './asks-again.ts'
import type { RenderedFile } from '../ledger/publish.ts'

/** What a publication needs of the built widget. */
export const BUILT_FILES = ['first-layer.js', 'loader.js', 'view.js', 'parts.js', 'ui.mjs'] as const

/** The built widget: makes the files of a configuration, the same ones every time. */
export interface Built {
  /** What it could not show of a configuration, whatever that looks like: texts are parsed here and nowhere else. */
  faults(configuration: unknown): Fault[]
  /** `again`: what is asked again since earlier publications. */
  files(configuration: SiteConfiguration, again?: AsksAgain): RenderedFile[]
}

interface Rendered {
  readonly name: string
  readonly kind: TextKind
  readonly language?: string
  readonly text: string
}
/** What `first-layer.js` exports. */
interface Renderer {
  readonly render: (
    configuration: SiteConfiguration,
    built: { readonly loader: string; readonly view: string; readonly parts: string; readonly ui: string },
    since: Readonly<Record<string, number>>,
  ) => readonly Rendered[]
  readonly noticeFaults: Built['faults']
}

/** The server never imports widget sources; it loads what the build made of them, by path. */
export async function builtFrom(folder: URL): Promise<Built> {
  const [loader, view, parts, ui, { render, noticeFaults }] = await Promise.all([
    readBuilt(folder, 'loader.js'),
    readBuilt(folder, 'view.js'),
    readBuilt(folder, 'parts.js'),
    readBuilt(folder, 'ui.mjs'),
    loadRenderer(folder),
  ])
  return {
    faults: noticeFaults,
    files: (configuration, again) => [
      ...render(configuration, { loader, view, parts, ui }, sinceOf(again)).map(
        ({ name, kind, language, text }) => ({
          name,
          kind,
          ...(language !== undefined && { language }),
          bytes: new TextEncoder().encode(text),
        }),
      ),
      ...(again ? [asksAgainFile(again)] : []),
    ],
  }
}

const missing = (folder: URL, name: string): string =>
  `${fileURLToPath(new URL(name, folder))} is missing or broken: run "npm run build"`

async function readBuilt(folder: URL, name: string): Promise<string> {
  try {
    return await readFile(new URL(name, folder), 'utf8')
  } catch (cause) {
    throw new Error(missing(folder, name), { cause })
  }
}

async function loadRenderer(folder: URL): Promise<Renderer> {
  try {
    const path = fileURLToPath(new URL('first-layer.js', folder))
    return (await import(pathToFileURL(path).href)) as Renderer
  } catch (cause) {
    throw new Error(missing(folder, 'first-layer.js'), { cause })
  }
}
