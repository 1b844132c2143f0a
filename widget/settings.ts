import { actMore } from './act-more.ts'

export { mount } from './ui/mount.tsx'

/** The settings carry all of acting, as every view but the first layer does. */
export const act = actMore
