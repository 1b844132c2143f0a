import type { Criterion } from '../criterion.ts'

export type Source = readonly [source: string, known: Criterion['known']]

/** Authorities whose texts were known by what others quote of them. To be read before anybody quotes them in public. */
export const unchecked = (source: string): Source => [source, 'unchecked']
/** No law asks for exactly this; it is what follows from the others, or what this product promises. */
export const ours = (source: string): Source => [source, 'ours']
export const read = (source: string): Source => [source, 'read']

export const TASKFORCE = 'EDPB Cookie Banner Taskforce, report of 17 January 2023'
export const CONSENT = 'EDPB Guidelines 05/2020 on consent'
export const DECEPTION = 'EDPB Guidelines 03/2022 on deceptive design patterns, Annex I'
export const CNIL = 'CNIL, deliberations 2020-091 and 2020-092'
export const ICO = 'ICO, “How do we manage consent in practice”'
export const GARANTE = 'Garante per la protezione dei dati personali, 10 June 2021, n. 231'
