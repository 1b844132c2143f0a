import type * as z from 'zod'
import { expectTypeOf, test } from 'vitest'
import type {
  Changes,
  CheckAnswer,
  CheckQuestion,
  Client,
  CollectionPoints,
  Consent,
  ConsistencyProof,
  Erased,
  Erasure,
  InclusionProof,
  LoggedMessage,
  LogKeys,
  MailHeaders,
  NoHeaders,
  NothingToErase,
  OtherBasis,
  Receipt,
  RecordedChecks,
  Refused,
  Revocation,
  StatusAnswer,
  Stored,
  StoredConsent,
} from '../../shared/client/client.ts'
import type { changesAnswer, checkAnswer, checkRequest, checksAnswer } from '../../shared/schemas/check.ts'
import type {
  collectionPointsAnswer,
  consentAnswer,
  consentGiven,
  otherBasis,
} from '../../shared/schemas/consents.ts'
import type { messageLog } from '../../shared/schemas/messages.ts'
import type { erasureAnswer, erasureRequest } from '../../shared/schemas/erasure.ts'
import type { logKeysSchema } from '../../shared/schemas/log-keys.ts'
import type { optOutAnswer, statusAnswer } from '../../shared/schemas/marketing.ts'
import type { headersAnswer } from '../../shared/schemas/mail-headers.ts'
import type { revocationAnswer, revocationRequest } from '../../shared/schemas/revocation.ts'
import type { receiptSchema } from '../../shared/schemas/receipt.ts'

/** Whether one may write to it is the client's own matter. */
type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T
type Wire<Schema extends z.ZodType> = Frozen<z.output<Schema>>

// Checked by the compiler, in the step "types": nothing runs here.
test('what the client answers is what the API answers, member by member', () => {
  expectTypeOf<Frozen<StatusAnswer>>().toEqualTypeOf<Wire<typeof statusAnswer>>()
  expectTypeOf<Frozen<readonly LoggedMessage[]>>().toEqualTypeOf<Wire<typeof messageLog>['messages']>()
  expectTypeOf<Frozen<CheckAnswer>>().toEqualTypeOf<Wire<typeof checkAnswer>>()
  expectTypeOf<Frozen<RecordedChecks>>().toEqualTypeOf<Wire<typeof checksAnswer>>()
  expectTypeOf<Frozen<Changes>>().toEqualTypeOf<Wire<typeof changesAnswer>>()
  expectTypeOf<Frozen<readonly (Stored | Refused)[]>>().toEqualTypeOf<Wire<typeof optOutAnswer>['entries']>()
  expectTypeOf<Frozen<readonly (MailHeaders | NoHeaders)[]>>().toEqualTypeOf<
    Wire<typeof headersAnswer>['rows']
  >()
  expectTypeOf<Frozen<Stored>>().toEqualTypeOf<Wire<typeof revocationAnswer>>()
  expectTypeOf<Frozen<StoredConsent>>().toEqualTypeOf<Wire<typeof consentAnswer>>()
  expectTypeOf<Frozen<CollectionPoints>>().toEqualTypeOf<Wire<typeof collectionPointsAnswer>>()
  expectTypeOf<Frozen<LogKeys>>().toEqualTypeOf<Wire<typeof logKeysSchema>>()
  expectTypeOf<Frozen<Omit<Erased, 'certificate'>>>().toEqualTypeOf<
    Frozen<Omit<Extract<z.output<typeof erasureAnswer>, { erased: true }>, 'certificate'>>
  >()
  expectTypeOf<Frozen<NothingToErase>>().toEqualTypeOf<
    Extract<Wire<typeof erasureAnswer>, { readonly erased: false }>
  >()
  expectTypeOf<Frozen<Receipt['evidence']>>().toEqualTypeOf<Wire<typeof receiptSchema>['evidence']>()
  expectTypeOf<Wire<typeof receiptSchema>>().toExtend<Pick<Receipt, 'assentReceipt' | 'dct:identifier'>>()
})

test('what the client takes is what the API takes', () => {
  expectTypeOf<Frozen<Pick<CheckQuestion, 'addresses'>>>().toEqualTypeOf<Wire<typeof checkRequest>>()
  expectTypeOf<Omit<Revocation, 'decidedAt'>>().toEqualTypeOf<
    Frozen<Omit<z.input<typeof revocationRequest>, 'decidedAt'>>
  >()
  type Sent<C extends Consent | OtherBasis> = Omit<C, 'id' | 'decidedAt'> & {
    readonly id: string
    readonly decidedAt: number
  }
  expectTypeOf<Sent<Consent>>().toExtend<Frozen<z.input<typeof consentGiven>>>()
  expectTypeOf<Sent<OtherBasis>>().toExtend<Frozen<z.input<typeof otherBasis>>>()
  expectTypeOf<Erasure>().toExtend<Frozen<z.input<typeof erasureRequest>>>()
})

test('a member the API has under another name is seen', () => {
  interface Renamed extends Omit<StatusAnswer, 'reason'> {
    readonly because: StatusAnswer['reason']
  }
  // @ts-expect-error -- the planted difference
  expectTypeOf<Frozen<Renamed>>().toEqualTypeOf<Wire<typeof statusAnswer>>()
  // @ts-expect-error -- an optional member left out
  expectTypeOf<Frozen<Omit<StatusAnswer, 'known'>>>().toEqualTypeOf<Wire<typeof statusAnswer>>()
})

test('proofs are lists of text, and every call is a promise', () => {
  expectTypeOf<InclusionProof['hashes']>().toEqualTypeOf<readonly string[]>()
  expectTypeOf<ConsistencyProof['hashes']>().toEqualTypeOf<readonly string[]>()
  expectTypeOf<ReturnType<Client[keyof Client]>>().toExtend<Promise<unknown>>()
})
