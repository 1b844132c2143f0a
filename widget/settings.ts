import { act as acting } from './act.ts'

export { mount } from './ui/mount.tsx'

/** The settings carry all of acting, as every view but the first layer does. */
export const act = acting
