/** What holds of a log without a witness and with one, in the words people read wherever that is said. */
export const WITNESSED = {
  alone:
    'Without a witness, the signature shows that the operator of this log stands by this history: no entry under it can be changed, dropped or moved without this signature contradicting it. It does not show that everybody else was shown the same history: whoever has the key can write another one and sign that too.',
  seen: 'With a witness, somebody else has signed as well that this is the one history they know of this log: each time they signed, they checked that it only added to what they had seen before, and they would have refused another. The operator cannot show you one history and them another without it coming to light, as long as the witness is honest and its key is its own.',
  never:
    'Neither shows that an entry is true: only that it was written then, and has stood there unchanged since.',
} as const
