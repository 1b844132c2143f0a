/** Signs checkpoints of one site's log, and remembers outside the database what it signed last. */
export interface Signer {
  /** Name of the key and origin of the log (C2SP tlog-checkpoint). */
  readonly name: string
  /** C2SP verifier key: `name+hash8+base64(0x01||public key)`. */
  readonly vkey: string
  /** The signed note over `text`, which ends in a newline. */
  sign(text: string): string
  /** The last note kept outside the database. */
  kept(): string | undefined
  /** Replaces it, durably. */
  keep(note: string): void
}

/** Where the key files and the kept checkpoints are: `<data>/keys/<site>.key`, `<data>/checkpoints/<site>`. */
export interface SignerFolders {
  readonly keys: string
  readonly checkpoints: string
}

/** Makes a site's signing key and writes it (0600). Throws when one exists: a key is never replaced. */
export declare function createSigningKey(folders: SignerFolders, site: string, origin: string): Signer
/** Reads a site's signing key; throws, saying what to do, when it is missing or others may read it. */
export declare function readSigner(folders: SignerFolders, site: string): Signer
/** The signers of all sites, each read once: what `Ledger.signer` is. */
export declare function signersIn(folders: SignerFolders): (site: string) => Signer
