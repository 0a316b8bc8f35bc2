// Why bytes of an HJ 212 stream, or a data segment, are refused; and what is remarked on those that are taken. Closed lists:
// both are values that are counted and shown, never thrown.

export const streamRefusals = {
  garbage: { says: "bytes that belong to no frame" },
  length: { says: "the length field is no number, too small, or does not lead to the checksum" },
  "too-long": { says: "the length field announces more than any frame has" },
  crc: { says: "the checksum does not fit the data segment" },
  "cut-short": { says: "another frame begins before this one is complete" },
  half: { says: "the rest of the frame never came" },
} as const;
export type StreamRefusal = keyof typeof streamRefusals;

export const streamHints = {
  modbus: { says: "the checksum is that of CRC-16/MODBUS, which HJ 212 does not use" },
  encrypted: { says: "the data area may be encrypted (HJ 212-2025) and no key is known" },
} as const;
export type StreamHint = keyof typeof streamHints;

export const segmentRefusals = {
  structure: { says: "the data segment is not fields, CP=&& and a closing &&" },
} as const;
export type SegmentRefusal = keyof typeof segmentRefusals;

export const remarks = {
  "comma-in-header": "a comma stands where the header has semicolons",
  "separator-missing": "no semicolon stands before CP",
  "field-without-name": "something in the header is no field",
  "repeated-field": "a header field is given twice; the first one counts",
  "flag-unreadable": "Flag is no number from 0 to 255 and is taken as absent",
  "version-unknown": "Flag names an edition after 2025; it is read like 2025",
  "split-without-numbers": "Flag says that the message is split, but PNUM and PNO are missing or wrong",
  "qn-missing": "an edition that always has a QN comes without one",
  "qn-unreadable": "QN is no time of 17 digits",
  "st-missing": "ST is missing",
  blanks: "there are blanks around keys or values",
  "pair-without-value": "something in the data area has no equals sign",
  "gbk-text": "the text is GBK; the standard has UTF-8",
  "unreadable-text": "the text is neither UTF-8 nor GBK",
  "over-long": "the data segment is longer than the 1,024 bytes of the standard",
  "time-too-precise": "a time has more than 14 digits; the first 14 count",
  "no-number": "a value is no number; its flag is kept",
  "fill-value": "a value is one of those that stand for none, e.g. -9999",
  "flag-unknown": "a data flag is none of those that are known",
  "unprefixed-code": "a factor code lacks its letter",
  "unknown-factor": "the factor is in no table; it is kept under the code that was sent",
  "unusual-suffix": "a value has another suffix than its command asks for",
  "repeated-value": "a value is given twice with different contents; the first one counts",
} as const;
export type RemarkName = keyof typeof remarks;

export interface Remark {
  readonly name: RemarkName;
  /** The field, key or code it is about; "" for the message as a whole. */
  readonly about: string;
}
