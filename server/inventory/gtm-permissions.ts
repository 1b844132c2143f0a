/** What a template of Tag Manager may do, in the words of its file format: each permission names what it is for. */

const word = (string: string) => ({ type: 1, string })
const list = (listItem: readonly unknown[]) => ({ type: 2, listItem })
const yes = (boolean: boolean) => ({ type: 8, boolean })
/** A row of a table: what its columns are, and what is in them. */
const row = (name: string, value: string, rights: Readonly<Record<string, boolean>>) => ({
  type: 3,
  mapKey: [name, ...Object.keys(rights)].map(word),
  mapValue: [word(value), ...Object.values(rights).map(yes)],
})
const permission = (publicId: string, key: string, value: unknown) => ({
  instance: { key: { publicId, versionId: '1' }, param: [{ key, value }] },
  clientAnnotations: { isEditedByUser: true },
  isRequired: true,
})

/** Calls these functions of the page, and neither reads nor replaces them. */
export const executes = (...functions: readonly string[]) =>
  permission(
    'access_globals',
    'keys',
    list(functions.map(name => row('key', name, { read: false, write: false, execute: true }))),
  )

export const consentTypes = (types: readonly string[]) =>
  permission(
    'access_consent',
    'consentTypes',
    list(types.map(type => row('consentType', type, { read: false, write: true }))),
  )

export const dataLayerKeys = (...keys: readonly string[]) =>
  permission('write_data_layer', 'keyPatterns', list(keys.map(word)))
