import * as z from 'zod'

/** The last file of a backup: what else is in it, and what the ledger held at that moment. */
const manifestSchema = z.strictObject({
  format: z.literal(1),
  kind: z.enum(['ledger', 'subject-keys']),
  /** Version of Assent that made it. */
  assent: z.string(),
  /** RFC 3339 in UTC; the two files of one backup have the same. */
  madeAt: z.iso.datetime(),
  files: z.array(
    z.strictObject({
      name: z.string(),
      size: z.int().nonnegative(),
      /** SHA-256, hex. */
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
  sites: z.array(
    z.strictObject({
      site: z.string(),
      entries: z.int().nonnegative(),
      /** Of the tree, base64. */
      root: z.string(),
      /** Entries the newest signed checkpoint has; absent while nothing is signed. */
      signed: z.int().nonnegative().optional(),
    }),
  ),
})

export type Manifest = z.infer<typeof manifestSchema>
export type ManifestFile = Manifest['files'][number]

export const MANIFEST = 'manifest.json'

export function readManifest(text: string): Manifest {
  const manifest = manifestSchema.safeParse(JSON.parse(text))
  if (!manifest.success) throw new Error('its manifest is of another version')
  return manifest.data
}
