import { existsSync, readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { faultText } from '../../shared/domain/log.ts'
import { readSecret } from '../ledger/private-files.ts'
import { CommandError } from './command.ts'

/** The certificate chain and its key. Throws, saying what to do, when they cannot be read or do not fit. */
export function readTls(files: { readonly cert: string; readonly key: string }) {
  const cert = readCertificate(files.cert)
  if (!existsSync(files.key))
    throw new CommandError(`The certificate's key ${files.key} is missing: check ASSENT_TLS_KEY.`)
  const key = readSecret(files.key)
  try {
    createSecureContext({ cert, key })
  } catch (cause) {
    throw new CommandError(
      `${files.cert} and ${files.key} are no certificate and its key in PEM (${faultText(cause)}): set ASSENT_TLS_CERT and ASSENT_TLS_KEY to a pair that fits.`,
    )
  }
  return { cert, key }
}

function readCertificate(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new CommandError(`Could not read the certificate ${file}: check ASSENT_TLS_CERT`, undefined, {
      cause,
    })
  }
}
