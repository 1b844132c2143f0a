/** The stub as it is built, `__SITE__` and `__HOST__` still in it: the build writes it in here. */
export const STUB: string = '__STUB__'
