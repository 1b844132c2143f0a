export { act } from './act.ts'
export { mount } from './ui/mount.tsx'
