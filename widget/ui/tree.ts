/**
 * A view as data: a text, an element, or a choice between cases ('?') by what is so on the visitor's page.
 * Made when a configuration is published, written as the code that makes the elements.
 */
export type Tree = string | ElementTree | CasesTree
export type ElementTree = readonly [
  tag: string,
  attributes: Readonly<Record<string, string>>,
  ...children: Tree[],
]
export type CasesTree = readonly ['?', cases: Readonly<Record<string, readonly Tree[]>>]
